import Blobs
import Digests
import NIOCore

extension BlobLaw {
    static let publishing: [BlobLaw] = [
        BlobLaw("What is published is read back as it was written") { store in
            let chunks = [1, 4096, 70_001].map { BlobSample.bytes($0, seed: UInt64($0)) }
            let places = try store.publish(SegmentID(7), chunks)
            for (place, chunk) in zip(places, chunks) {
                try demand(try store.bytes(place) == chunk, "\(place) reads other bytes")
            }
            var inner = places[2]
            inner.offset += 5000
            inner.length = 33
            try demand(try store.bytes(inner) == Array(chunks[2][5000..<5033]), "An inner range differs")
        },
        BlobLaw("A stage is seen by nobody before it is published") { store in
            let stage = try store.stage(SegmentID(1))
            try stage.append(BlobSample.buffer(100_000, seed: 1))
            try demand(try store.isMissing(SegmentID(1)), "An unpublished segment opens")
            try demand(try store.list(after: nil, limit: 10).isEmpty, "An unpublished segment is listed")
            try demand(.missing(SegmentID(1))) { _ = try store.index(of: SegmentID(1)) }
            try demand(.missing(SegmentID(1))) { _ = try store.size(of: SegmentID(1)) }
            try demand(try store.storedBytes() == 0, "An unpublished segment counts as stored")
            stage.discard()
        },
        BlobLaw("A discarded stage leaves nothing, and its id can be staged anew") { store in
            let stage = try store.stage(SegmentID(1))
            try stage.append(BlobSample.buffer(10, seed: 1))
            stage.discard()
            stage.discard()
            try demand(try store.isMissing(SegmentID(1)), "A discarded segment opens")
            let place = try store.publish(SegmentID(1), [[1, 2, 3]])[0]
            try demand(try store.bytes(place) == [1, 2, 3], "The second stage's bytes differ")
        },
        BlobLaw("A stage that is let go of is discarded") { store in
            try store.stage(SegmentID(1)).append(BlobSample.buffer(10, seed: 1))
            try store.publish(SegmentID(1), [[4]])
        },
        BlobLaw("What is rewound is gone, and what follows takes its place") { store in
            let stage = try store.stage(SegmentID(1))
            try stage.append(ByteBuffer(bytes: [1, 2, 3]))
            try stage.append(BlobSample.buffer(50_000, seed: 2))
            stage.rewind(to: 3)
            try demand(stage.length == 3, "The length after a rewind is \(stage.length)")
            try stage.append(ByteBuffer(bytes: [4, 5]))
            let digest = SHA256Digest.hash([1, 2, 3, 4, 5])
            try stage.publish([IndexEntry(digest: digest, offset: 0, length: 5)])
            let place = Place(segment: SegmentID(1), offset: 0, length: 5)
            try demand(try store.bytes(place) == [1, 2, 3, 4, 5], "Rewound bytes are read")
            try demand(try store.index(of: SegmentID(1)).map(\.digest) == [digest], "The index differs")
            try demand(try store.size(of: SegmentID(1)).logical < 1000, "Rewound bytes are kept")
        },
        BlobLaw("A part of a buffer is appended, counted from its first readable byte") { store in
            var buffer = ByteBuffer(bytes: [9, 9, 0, 1, 2, 3, 4])
            buffer.moveReaderIndex(forwardBy: 2)
            let stage = try store.stage(SegmentID(1))
            try stage.append(buffer, from: 1, count: 3)
            try demand(stage.length == 3, "The length is \(stage.length)")
            try stage.publish([])
            let place = Place(segment: SegmentID(1), offset: 0, length: 3)
            try demand(try store.bytes(place) == [1, 2, 3], "Other bytes were appended")
        },
        BlobLaw("A stage has ended after it is published or discarded") { store in
            let published = try store.stage(SegmentID(1))
            try published.append(ByteBuffer(bytes: [1]))
            try published.publish([])
            let discarded = try store.stage(SegmentID(2))
            discarded.discard()
            for stage in [published, discarded] {
                try demand(.closed) { try stage.append(ByteBuffer(bytes: [1])) }
                try demand(.closed) { try stage.publish([]) }
            }
            published.discard()
            try demand(try !store.isMissing(SegmentID(1)), "Discarding undid a publish")
        },
        BlobLaw("A published segment cannot be staged again") { store in
            let place = try store.publish(SegmentID(1), [[1, 2, 3]])[0]
            try demand(.exists(SegmentID(1))) { _ = try store.stage(SegmentID(1)) }
            try demand(try store.bytes(place) == [1, 2, 3], "The bytes changed")
        },
        BlobLaw("Stages do not disturb each other") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...16 {
                    group.addTask {
                        let chunks = (0..<4).map {
                            BlobSample.bytes(10_000 * $0 + number, seed: UInt64(number))
                        }
                        let places = try store.publish(SegmentID(Int64(number)), chunks)
                        for (place, chunk) in zip(places, chunks) {
                            try demand(try store.bytes(place) == chunk, "\(place) reads other bytes")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try demand(try store.list(after: nil, limit: 100).count == 16, "Segments are missing")
        },
        BlobLaw("Emptying the staging area leaves what is published") { store in
            let place = try store.publish(SegmentID(1), [[1, 2, 3]])[0]
            try store.emptyStaging()
            try demand(try store.bytes(place) == [1, 2, 3], "A published segment is gone")
        },
    ]
}
