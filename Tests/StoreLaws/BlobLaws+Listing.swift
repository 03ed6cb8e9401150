import Blobs

extension BlobLaw {
    static let listing: [BlobLaw] = [
        BlobLaw("Segments are listed in ascending order, page by page") { store in
            let numbers: [Int64] = [3, 1, 255, 256, 257, 4096, 77_777, 1 << 40, .max]
            for number in numbers.shuffled() { try store.publish(SegmentID(number), [[1]]) }
            let all = numbers.sorted().map { SegmentID($0) }
            try demand(try store.list(after: nil, limit: 100) == all, "The whole list is wrong")
            for limit in 1...4 {
                var found: [SegmentID] = []
                var page = try store.list(after: nil, limit: limit)
                while let last = page.last {
                    try demand(page.count <= limit, "A page has \(page.count) of \(limit)")
                    found += page
                    page = try store.list(after: last, limit: limit)
                }
                try demand(found == all, "Pages of \(limit) give \(found)")
            }
            try demand(try store.list(after: SegmentID(256), limit: 1) == [SegmentID(257)], "Wrong start")
            try demand(try store.list(after: SegmentID(100), limit: 1) == [SegmentID(255)], "Wrong start")
            try demand(try store.list(after: nil, limit: 0).isEmpty, "A page of none has some")
        },
        BlobLaw("Stored bytes grow with what is published and shrink with what is removed") { store in
            try demand(try store.storedBytes() == 0, "An empty store holds something")
            try store.publish(SegmentID(1), [BlobSample.bytes(100_000, seed: 1)])
            let one = try store.storedBytes()
            try demand(one >= 100_000 && one < 150_000, "\(one) bytes for 100,000")
            try demand(try store.size(of: SegmentID(1)).blocks * 512 == one, "The sizes do not agree")
            try store.publish(SegmentID(2), [BlobSample.bytes(100_000, seed: 2)])
            try demand(try store.storedBytes() >= 200_000, "Two segments are not counted twice")
            try store.remove(SegmentID(1))
            try demand(try store.storedBytes() == store.size(of: SegmentID(2)).blocks * 512, "Still counted")
            try store.remove(SegmentID(2))
            try demand(try store.storedBytes() == 0, "Removed segments are still counted")
        },
        BlobLaw("The length of a segment counts its bytes") { store in
            try store.publish(SegmentID(1), [BlobSample.bytes(12_345, seed: 1)])
            let size = try store.size(of: SegmentID(1))
            try demand(size.logical >= 12_345 && size.logical < 13_000, "The length is \(size.logical)")
        },
    ]
}
