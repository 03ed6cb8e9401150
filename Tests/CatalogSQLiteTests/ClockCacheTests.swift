import Testing

@testable import CatalogSQLite

@Suite struct ClockCacheTests {
    private func cache(bytes: Int = 1000) -> ClockCache<Int, String> {
        ClockCache(bytes: bytes, shards: 1) { _, value in value.utf8.count }
    }

    @Test func remembersWhatWasFinished() {
        let cache = cache()
        #expect(cache.peek(1) == nil)
        cache.begin(1, commit: 1)
        cache.finish(1, "one")
        #expect(cache.peek(1) == "one")
        #expect(cache.peek(2) == nil)
    }

    /// While a commit is made nobody may be told the old state: another may have read the new one already.
    @Test func forgetsBeforeTheCommit() {
        let cache = cache()
        cache.fill(1, "old", readAt: 0)
        #expect(cache.peek(1) == "old")
        cache.begin(1, commit: 1)
        #expect(cache.peek(1) == nil)
    }

    @Test func dropsAFillThatWasReadBeforeAChange() {
        let cache = cache()
        cache.begin(1, commit: 5)
        cache.fill(1, "old", readAt: 4)
        #expect(cache.peek(1) == nil)
        cache.finish(1, "new")
        cache.fill(1, "old", readAt: 4)
        #expect(cache.peek(1) == "new")
        cache.fill(1, "read later", readAt: 5)
        #expect(cache.peek(1) == "read later")
    }

    @Test func staysWithinItsBytes() {
        let cache = cache(bytes: 100)
        for key in 0..<1000 {
            cache.fill(key, String(repeating: "x", count: 1 + key % 30), readAt: 0)
            #expect(cache.bytes <= 100)
        }
        #expect(cache.bytes > 70)
        cache.fill(1, String(repeating: "x", count: 101), readAt: 0)
        #expect(cache.peek(1) == nil)
    }

    @Test func keepsWhatIsAskedFor() {
        let cache = cache(bytes: 100)
        cache.fill(-1, "hot", readAt: 0)
        for key in 0..<500 {
            cache.fill(key, "0123456789", readAt: 0)
            #expect(cache.peek(-1) == "hot")
        }
    }

    @Test func replacesAValueOfAnotherWeight() {
        let cache = cache(bytes: 100)
        for count in [1, 50, 100, 3] {
            cache.finish(1, String(repeating: "x", count: count))
            #expect(cache.bytes == count)
        }
        cache.begin(1, commit: 1)
        #expect(cache.bytes == 0)
    }
}
