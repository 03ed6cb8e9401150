import Blobs
import NIOCore

extension BlobLaw {
    static let freeing: [BlobLaw] = [
        BlobLaw("Freeing gives blocks back and leaves the neighbours' bytes") { store in
            let chunks = (1...3).map { BlobSample.bytes(300_001, seed: UInt64($0)) }
            let places = try store.publish(SegmentID(1), chunks)
            let before = try store.size(of: SegmentID(1))
            for _ in 1...2 {
                try store.free([places[1]])
                try demand(try store.bytes(places[0]) == chunks[0], "The chunk before changed")
                try demand(try store.bytes(places[2]) == chunks[2], "The chunk after changed")
                try demand(try store.index(of: SegmentID(1)).count == 3, "The index changed")
            }
            let after = try store.size(of: SegmentID(1))
            try demand(after.logical == before.logical, "The length changed")
            guard store.canPunchHoles else { return }
            let freed = (before.blocks - after.blocks) * 512
            try demand(freed > 200_000 && freed <= 300_001, "\(freed) bytes were freed")
        },
        BlobLaw("Neighbours smaller than a block are freed together") { store in
            let chunks = (1...300).map { BlobSample.bytes(1000, seed: UInt64($0)) }
            let places = try store.publish(SegmentID(1), chunks)
            let before = try store.size(of: SegmentID(1)).blocks
            try store.free([places[5]])
            try demand(try store.size(of: SegmentID(1)).blocks == before, "Part of a block was freed")
            try store.free(places[0..<299].shuffled())
            try demand(try store.bytes(places[299]) == chunks[299], "The chunk that stays changed")
            guard store.canPunchHoles else { return }
            let freed = (before - (try store.size(of: SegmentID(1)).blocks)) * 512
            try demand(freed > 200_000, "\(freed) bytes were freed")
        },
        BlobLaw("Freeing does not mind what is not there") { store in
            let places = try store.publish(SegmentID(1), [[1, 2, 3]])
            try store.free([])
            try store.free([Place(segment: SegmentID(99), offset: 0, length: 1_000_000)])
            try store.free([Place(segment: SegmentID(1), offset: 10_000_000, length: 1_000_000)])
            try demand(try store.bytes(places[0]) == [1, 2, 3], "A chunk changed")
        },
        BlobLaw("Places of several segments are freed at once") { store in
            let chunk = BlobSample.bytes(100_000, seed: 1)
            let places = try (1...3).map { try store.publish(SegmentID($0), [chunk])[0] }
            let before = try store.storedBytes()
            try store.free([places[2], places[0]])
            try demand(try store.bytes(places[1]) == chunk, "A chunk that was not freed changed")
            guard store.canPunchHoles else { return }
            try demand(before - (try store.storedBytes()) > 100_000, "Too little was freed")
        },
        BlobLaw("A removed segment is gone, and removing it again is nothing") { store in
            try store.publish(SegmentID(1), [[1]])
            let other = try store.publish(SegmentID(257), [[2]])[0]
            _ = try store.open(SegmentID(1))
            for _ in 1...2 {
                try store.remove(SegmentID(1))
                try demand(try store.isMissing(SegmentID(1)), "A removed segment opens")
                try demand(store.openIfCached(SegmentID(1)) == nil, "A removed segment is cached")
                try demand(try store.list(after: nil, limit: 10) == [SegmentID(257)], "The list is wrong")
            }
            try store.remove(SegmentID(2))
            try demand(try store.bytes(other) == [2], "Another segment changed")
        },
        BlobLaw("Those who have a segment open read on after its removal") { store in
            let bytes = BlobSample.bytes(100_000, seed: 1)
            try store.publish(SegmentID(1), [bytes])
            let segment = try store.open(SegmentID(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        for _ in 0..<20 {
                            let read = try segment.read(offset: Int64(number), length: 50_000)
                            try demand(
                                Array(read.readableBytesView) == Array(bytes[number..<number + 50_000]),
                                "An open segment reads other bytes")
                        }
                    }
                }
                group.addTask { try store.remove(SegmentID(1)) }
                try await group.waitForAll()
            }
            try demand(try store.isMissing(SegmentID(1)), "A removed segment opens")
            try demand(
                try segment.read(offset: 0, length: 100_000) == ByteBuffer(bytes: bytes),
                "An open segment reads other bytes after its removal")
        },
    ]
}
