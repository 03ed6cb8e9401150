import Blobs
import Digests
import NIOCore
import Objects

extension CatalogLaw {
    static let contents: [CatalogLaw] = [
        CatalogLaw("Any range of a content of chunks is its extents, clipped") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var random = LawRandom(seed: 3)
            let segment = try catalog.takeSegmentID()
            var offset: Int64 = 0
            let chunks = (0..<2500).map { index in
                let length = 1 + random.below(50)
                defer { offset += Int64(length) }
                return Chunk(
                    digest: .hash(Array("\(index)".utf8)),
                    place: Place(segment: segment, offset: offset, length: length), isFresh: true)
            }
            let piece = Piece(chunks: chunks, length: offset, segment: segment)
            let version = try await scene.put("key", piece)
            // The chunks lie back to back, so a range of the content is a range of the segment.
            for _ in 0..<60 {
                let start = Int64(random.below(Int(offset)))
                let end = min(offset, start + 1 + Int64(random.below(3000)))
                var position = start
                for limit in [1, 7, 1000] where position < end {
                    let page = try await catalog.extents(
                        of: version.content, range: position..<end, limit: limit)
                    try demand(
                        page.extents.count <= limit && !page.extents.isEmpty, "a page of a false length")
                    for case .place(let place) in page.extents {
                        try demandEqual(place.segment, segment)
                        try demandEqual(place.offset, position)
                        position += Int64(place.length)
                    }
                    try demandEqual(page.next, position < end ? position : nil)
                }
                try demandEqual(position, end)
            }
            let whole = try await scene.places(version.content, 0..<offset)
            try demandEqual(whole, chunks.map(\.place))
            try await scene.verify()
        },
        CatalogLaw("A content that is not there, or not so long, is corrupt") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let inline = try await scene.put("inline", "hello")
            let chunks = try await scene.put("chunks", scene.piece(["a"]))
            for (content, range) in [
                (ContentRef(999_999), 0..<1), (ContentRef(-999_999), 0..<1), (inline.content, 3..<6),
                (chunks.content, 0..<11), (ContentRef.empty, 0..<1),
            ] as [(ContentRef, Range<Int64>)] {
                do {
                    _ = try await catalog.extents(of: content, range: range, limit: 9)
                } catch StoreError.corrupt {
                    continue
                }
                throw Broken(description: "\(content) \(range) was read")
            }
        },
        CatalogLaw("A content published in pieces is read as one, and its parts are its slices") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let hold = LawHold(catalog)
            var slices: [ContentSlice] = []
            for name in ["a", "b", "c"] {
                let ref = try await catalog.publishContent(
                    .piece(scene.piece([name, name + "2"]), scope: .instance))
                try demandEqual(
                    try await catalog.slices(of: ref), [ContentSlice(content: ref, offset: 0, length: 20)])
                slices.append(ContentSlice(content: ref, offset: 0, length: 20))
            }
            let inline = try await catalog.publishContent(CatalogScene.inline("tail"))
            slices.append(ContentSlice(content: inline, offset: 1, length: 2))
            slices[1] = ContentSlice(content: slices[1].content, offset: 5, length: 10)
            let version = try await catalog.commitObject(scene.commit("key", .slices(slices), size: 52))
            try demandEqual(try await catalog.slices(of: version.content), slices)
            let extents = try await scene.extents(version.content, 15..<51)
            try demandEqual(extents.map(\.length), [5, 5, 5, 10, 10, 1])
            try demandEqual(try await scene.text(version.content, 51..<52), "i")
            hold.release()
            try await scene.verify()
        },
        CatalogLaw("A copy shares the bytes and outlives the original") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for (name, original) in [
                ("chunks", try await scene.put("one", scene.piece(["a", "b"]))),
                ("inline", try await scene.put("two", "some text")),
            ] {
                let copy = try await catalog.commitObject(
                    scene.commit(name, .existing(original.content), size: original.size))
                try demandEqual(copy.content, original.content)
                try demand(copy.file != original.file, "a copy is the same file")
            }
            _ = try await scene.delete("one")
            _ = try await scene.delete("two")
            try await scene.sweep()
            let chunks = try found(try await scene.current("chunks"))
            try demandEqual(try await scene.places(chunks.content, 0..<20).count, 2)
            let inline = try found(try await scene.current("inline"))
            try demandEqual(try await scene.text(inline.content, 0..<9), "some text")
            try await scene.verify()
            for name in ["chunks", "inline"] { _ = try await scene.delete(name) }
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Slices that reach beyond their content are refused and leave nothing") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let version = try await scene.put("key", scene.piece(["a"]))
            let before = try await catalog.statistics()
            for (offset, length) in [(0, 11), (10, 1), (5, 6)] as [(Int64, Int64)] {
                let slice = ContentSlice(content: version.content, offset: offset, length: length)
                do {
                    _ = try await catalog.commitObject(
                        scene.commit("other", .slices([slice, slice]), size: 2 * length))
                } catch StoreError.internalFault {
                    continue
                }
                throw Broken(description: "bytes beyond the end were referred to")
            }
            try demandEqual(try await catalog.statistics(), before)
            try await scene.verify()
        },
        CatalogLaw("Contents of contents of contents stay readable, however deep") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var content = try await scene.put("key", scene.piece(["a", "b", "c"])).content
            var expected = try await scene.places(content, 0..<30).flatMap { place in
                (0..<Int64(place.length)).map { place.offset + $0 }
            }
            for _ in 0..<3 * NewContent.maximumDepth {
                let slices = [
                    ContentSlice(content: content, offset: 7, length: 23),
                    ContentSlice(content: content, offset: 0, length: 7),
                ]
                expected = Array(expected[7...] + expected[..<7])
                content = try await catalog.commitObject(scene.commit("key", .slices(slices), size: 30))
                    .content
            }
            let bytes = try await scene.places(content, 0..<30).flatMap { place in
                (0..<Int64(place.length)).map { place.offset + $0 }
            }
            try demandEqual(bytes, expected)
            try await scene.verify()
            _ = try await scene.delete("key")
            for _ in 0..<4 { try await scene.sweep() }
            try await scene.demandNothingStored()
        },
        CatalogLaw("Stored chunks and inline contents are listed for the deep check") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a", "b", "c"])
            try await scene.put("one", first)
            let second = try scene.piece(["d"])
            try await scene.put("two", second)
            for text in ["x", "y", "z"] { try await scene.put(text, text) }
            var chunks: [StoredChunk] = []
            while case let page = try await catalog.chunks(after: chunks.last?.place, limit: 3), !page.isEmpty
            {
                chunks += page
            }
            let expected = (first.chunks + second.chunks).map {
                StoredChunk(digest: $0.digest, place: $0.place)
            }
            try demandEqual(chunks, expected.sorted { $0.place < $1.place })
            var bodies: [String] = []
            var after: Int64 = 0
            while case let page = try await catalog.inlineContents(after: after, limit: 2),
                let last = page.last
            {
                for stored in page {
                    try demandEqual(stored.digest, .hash(Array(stored.body.readableBytesView)))
                    bodies.append(String(buffer: stored.body))
                }
                after = last.id
            }
            try demandEqual(bodies.sorted(), ["x", "y", "z"])
        },
        CatalogLaw("Objects that need lost bytes are named, also through other contents") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let source = try await scene.put("source", scene.piece(["a", "b", "c"]))
            let inline = try await scene.put("inline", "text")
            _ = try await catalog.commitObject(scene.commit("copy", .existing(source.content), size: 30))
            let slices = { (offset: Int64) in
                [
                    ContentSlice(content: source.content, offset: offset, length: 10),
                    ContentSlice(content: inline.content, offset: 0, length: 1),
                ]
            }
            _ = try await catalog.commitObject(scene.commit("early", .slices(slices(0)), size: 11))
            let late = try await catalog.commitObject(scene.commit("late", .slices(slices(15)), size: 11))
            _ = try await catalog.commitObject(
                scene.commit(
                    "later", .slices([ContentSlice(content: late.content, offset: 5, length: 6)]), size: 6))
            try await scene.put("source", "another")
            try await scene.put("healthy", "else")
            let places = try await scene.places(source.content, 0..<30)
            func names(_ lost: Set<Place>, _ inline: Set<Int64>, _ limit: Int = 99) async throws -> [String] {
                try await catalog.objects(needing: lost, inline: inline, limit: limit).sorted()
                    .map { String($0.dropFirst("bucket-scene/".count)) }
            }
            try demandEqual(try await names([places[0]], []), ["copy", "early", "source"])
            try demandEqual(try await names([places[1]], []), ["copy", "late", "source"])
            try demandEqual(try await names([places[2]], []), ["copy", "late", "later", "source"])
            try demandEqual(
                try await names([], [-inline.content.rawValue]), ["early", "inline", "late", "later"])
            try demandEqual(try await names([], []), [])
            try demandEqual(try await names(Set(places), [], 2).count, 2)
        },
    ]
}
