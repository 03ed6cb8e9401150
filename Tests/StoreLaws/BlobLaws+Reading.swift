import Blobs
import Digests
import Glibc
import NIOCore

extension BlobLaw {
    static let reading: [BlobLaw] = [
        BlobLaw("What was never published is missing") { store in
            let id = SegmentID(404)
            try demand(try store.isMissing(id), "An unknown segment opens")
            try demand(store.openIfCached(id) == nil, "An unknown segment is cached")
            try demand(.missing(id)) { _ = try store.read(Place(segment: id, offset: 0, length: 1)) }
            try demand(.missing(id)) { _ = try store.index(of: id) }
            try demand(.missing(id)) { _ = try store.size(of: id) }
        },
        BlobLaw("A place beyond the end is truncated, never short or padded") { store in
            try store.publish(SegmentID(1), [BlobSample.bytes(5000, seed: 1)])
            for (offset, length) in [(0, 1_000_000), (900_000, 1), (Int64.max - 5, 5), (-1, 1), (0, -1)] {
                let place = Place(segment: SegmentID(1), offset: offset, length: length)
                try demand(.truncated(place)) { _ = try store.read(place) }
            }
            let nothing = try store.read(Place(segment: SegmentID(1), offset: 17, length: 0))
            try demand(nothing.readableBytes == 0, "No bytes were asked for and some came")
        },
        BlobLaw("An open segment is shared, and found without blocking") { store in
            try store.publish(SegmentID(1), [[1]])
            let opened = try store.open(SegmentID(1))
            try demand(try store.open(SegmentID(1)) === opened, "A second open gives another object")
            try demand(store.openIfCached(SegmentID(1)) === opened, "An open segment is not found")
            try demand(opened.id == SegmentID(1), "An open segment names another")
        },
        BlobLaw("The descriptor of an open segment reads the bytes at their offsets") { store in
            let chunks = [BlobSample.bytes(10, seed: 1), BlobSample.bytes(9000, seed: 2)]
            let place = try store.publish(SegmentID(1), chunks)[1]
            let segment = try store.open(SegmentID(1))
            var bytes = [UInt8](repeating: 0, count: place.length)
            let count = pread(segment.descriptor, &bytes, bytes.count, off_t(place.offset))
            try demand(count == place.length && bytes == chunks[1], "The descriptor reads other bytes")
            let buffer = try segment.read(offset: place.offset, length: place.length)
            try demand(Array(buffer.readableBytesView) == chunks[1], "The segment reads other bytes")
        },
        BlobLaw("The index gives the chunks of a segment in order") { store in
            let chunks = (1...40).map { BlobSample.bytes($0 * 100, seed: UInt64($0)) }
            let places = try store.publish(SegmentID(1), chunks)
            let index = try store.index(of: SegmentID(1))
            try demand(index.count == chunks.count, "The index has \(index.count) entries")
            for (number, entry) in index.enumerated() {
                try demand(
                    entry.offset == places[number].offset && entry.length == places[number].length
                        && entry.digest == SHA256Digest.hash(chunks[number]), "Entry \(number) differs")
            }
        },
        BlobLaw("Many readers read one segment at once") { store in
            let bytes = BlobSample.bytes(200_000, seed: 1)
            try store.publish(SegmentID(1), [bytes])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<32 {
                    group.addTask {
                        let offset = number * 6000
                        let place = Place(segment: SegmentID(1), offset: Int64(offset), length: 6000)
                        let read = try store.bytes(place)
                        try demand(read == Array(bytes[offset..<offset + 6000]), "\(place) reads other bytes")
                    }
                }
                try await group.waitForAll()
            }
        },
    ]
}
