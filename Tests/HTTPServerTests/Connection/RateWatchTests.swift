import NIOCore
import Testing

@testable import HTTPServer

struct RateWatchTests {
    private func watch(rate: Int = 100) -> RateWatch {
        var limits = ServerLimits()
        limits.minBodyRate = rate
        limits.rateGrace = .seconds(10)
        return RateWatch(limits: limits)
    }

    private func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(0) + .seconds(seconds)
    }

    @Test func nobodyWaits() {
        var watch = watch()
        #expect(watch.deadline == nil)
        #expect(watch.isTooSlow(at(1000)) == false)
    }

    @Test func silenceIsTooSlow() {
        var watch = watch()
        watch.wait(at(1))
        #expect(watch.deadline == at(11))
        #expect(watch.isTooSlow(at(10)) == false)
        #expect(watch.isTooSlow(at(11)) == true)
    }

    @Test func onlyWaitingCounts() {
        var watch = watch()
        watch.wait(at(0))
        watch.moved(10, at(4))
        watch.rest(at(4))
        #expect(watch.deadline == nil)
        watch.wait(at(100))
        #expect(watch.deadline == at(106))
        #expect(watch.isTooSlow(at(106)) == true)
    }

    @Test func theShareBuysANewMeasurement() {
        var watch = watch()
        watch.wait(at(0))
        watch.moved(999, at(5))
        watch.moved(1, at(8))
        watch.rest(at(9))
        watch.wait(at(20))
        // With the 1,000th byte a new measurement began; the second waited after it counts.
        #expect(watch.deadline == at(29))
        #expect(watch.isTooSlow(at(28)) == false)
        #expect(watch.isTooSlow(at(29)) == true)
    }

    @Test func fastClientsNeverMeetADeadline() {
        var watch = watch()
        for second in 0..<100 {
            watch.wait(at(Int64(second) * 2))
            watch.moved(1000, at(Int64(second) * 2 + 1))
            watch.rest(at(Int64(second) * 2 + 1))
        }
        watch.wait(at(300))
        #expect(watch.deadline.map { $0 >= at(309) } == true)
    }

    @Test func enoughAtTheDeadlineGoesOn() {
        var watch = watch(rate: 1)
        watch.wait(at(0))
        watch.moved(9, at(9))
        watch.rest(at(9))
        watch.wait(at(9))
        watch.moved(1, at(10))
        #expect(watch.isTooSlow(at(10)) == false)
        #expect(watch.isTooSlow(at(20)) == true)
    }

    @Test func noRateNoWatch() {
        var watch = watch(rate: 0)
        watch.wait(at(0))
        #expect(watch.deadline == nil)
        #expect(watch.isTooSlow(at(1000)) == false)
    }
}
