import NIOCore
import Testing

@testable import HTTPServer

/// The protocol without sockets: what happened in, actions out.
struct ConnectionEngineTests {
    /// Drives an engine and writes its actions down as words.
    private struct Script {
        var engine: ConnectionEngine
        var now = NIODeadline.uptimeNanoseconds(0)
        var wantsBody = false

        init(_ change: (inout ServerLimits) -> Void = { _ in }) {
            var limits = ServerLimits()
            change(&limits)
            engine = ConnectionEngine(limits: limits, now: now)
        }

        mutating func receive(_ text: String) -> [String] {
            engine.receive(ByteBuffer(string: text), now: now)
            return actions()
        }

        mutating func actions() -> [String] {
            var words: [String] = []
            while true {
                switch engine.next(wantsBody: wantsBody, now: now) {
                case .start(let head): words.append("start \(head.method.name) \(head.target)")
                case .body(let bytes): words.append("body \(String(buffer: bytes))")
                case .endBody(let trailers): words.append("end \(trailers.count)")
                case .failBody(let error): words.append("fail \(error)")
                case .cancel: words.append("cancel")
                case .sendContinue: words.append("continue")
                case .refuse(let refusal): words.append("refuse \(refusal.status)")
                case .linger: words.append("linger")
                case .close: words.append("close")
                case .wait: return words
                }
            }
        }

        /// The handler answers; returns what follows.
        mutating func answer(close: Bool = false) -> (keepsAlive: Bool, actions: [String]) {
            let keeps = engine.beginResponse() && !close
            engine.responseEnded(keepsAlive: keeps, now: now)
            return (keeps, actions())
        }

        mutating func wait(_ seconds: Int64, unsent: Int = 0) -> ConnectionEngine.TimerResult {
            now = now + .seconds(seconds)
            return engine.timerFired(now, unsent: unsent)
        }

        var reads: Bool { engine.wantsRead(wantsBody: wantsBody) }
    }

    private static let get = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func oneRequestAfterTheOther() {
        var script = Script()
        #expect(script.reads)
        #expect(script.receive(Self.get + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n") == ["start GET /1"])
        #expect(script.actions() == [])
        // The next request waits in the input: nothing more is read.
        #expect(!script.reads)
        #expect(script.answer() == (true, ["start GET /2"]))
        #expect(script.reads)
        #expect(script.answer() == (true, []))
        #expect(script.engine.phase == .head)
    }

    @Test func bodyLeavesOnlyWhenItIsWanted() {
        var script = Script()
        #expect(script.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab") == ["start PUT /"])
        #expect(!script.reads)
        script.wantsBody = true
        #expect(script.actions() == ["body ab"])
        #expect(script.reads)
        script.wantsBody = false
        #expect(script.receive("cdef" + Self.get) == [])
        #expect(!script.reads)
        script.wantsBody = true
        #expect(script.actions() == ["body cdef", "end 0"])
        #expect(script.answer() == (true, ["start GET /1"]))
    }

    @Test func chunksAndTrailers() {
        var script = Script()
        script.wantsBody = true
        #expect(
            script.receive("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\nc")
                == ["start PUT /", "body ab", "body c"])
        #expect(script.receive("de\r\n0\r\nT: v\r\n") == ["body de"])
        #expect(script.receive("\r\n" + Self.get) == ["end 1"])
        #expect(script.answer() == (true, ["start GET /1"]))
    }

    @Test func brokenChunksFailTheBodyAndCloseAfterTheAnswer() {
        var script = Script()
        script.wantsBody = true
        #expect(
            script.receive("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")
                == ["start PUT /", "fail malformed"])
        #expect(script.answer() == (false, ["linger"]))
    }

    @Test func continueIsSentWhenTheBodyIsAskedFor() {
        let head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        var asked = Script()
        #expect(asked.receive(head) == ["start PUT /"])
        #expect(!asked.reads)
        asked.wantsBody = true
        #expect(asked.actions() == ["continue"])
        #expect(asked.reads)
        #expect(asked.receive("ab") == ["body ab", "end 0"])
        #expect(asked.answer() == (true, []))

        var sentAnyway = Script()
        #expect(sentAnyway.receive(head + "ab") == ["start PUT /"])
        sentAnyway.wantsBody = true
        #expect(sentAnyway.actions() == ["body ab", "end 0"])

        var refused = Script()
        #expect(refused.receive(head) == ["start PUT /"])
        #expect(refused.answer() == (false, ["linger"]))

        var refusedWithBody = Script()
        #expect(refusedWithBody.receive(head + "ab") == ["start PUT /"])
        #expect(refusedWithBody.answer() == (true, []))

        var withoutBody = Script()
        withoutBody.wantsBody = true
        let empty = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"
        #expect(withoutBody.receive(empty) == ["start PUT /"])
        #expect(withoutBody.answer() == (true, []))
    }

    @Test func shortRestIsThrownAwayLongRestCloses() {
        var short = Script { $0.drainAfterRefusal = 10 }
        _ = short.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab")
        #expect(short.answer() == (true, []))
        #expect(short.reads)
        #expect(short.receive("cdefghij" + Self.get) == ["start GET /1"])

        var long = Script { $0.drainAfterRefusal = 10 }
        _ = long.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
        #expect(long.answer() == (false, ["linger"]))
        #expect(long.receive("abc") == [])
        #expect(long.reads)
    }

    @Test func lingeringEndsByBytesTimeOrEnd() {
        var bytes = Script { $0.lingerBytes = 10 }
        #expect(bytes.receive("\u{16}bad") == ["refuse 400"])
        #expect(bytes.answer() == (false, ["linger"]))
        #expect(bytes.receive("0123456789") == [])
        #expect(bytes.receive("0") == ["close"])

        var time = Script { $0.lingerTimeout = .seconds(5) }
        #expect(time.receive("\u{16}bad") == ["refuse 400"])
        #expect(time.answer() == (false, ["linger"]))
        #expect(time.wait(4) == .nothing)
        #expect(time.wait(1) == .changed)
        #expect(time.actions() == ["close"])

        var end = Script()
        #expect(end.receive("\u{16}bad") == ["refuse 400"])
        #expect(end.answer() == (false, ["linger"]))
        end.engine.endInput(now: end.now)
        #expect(end.actions() == ["close"])
    }

    @Test func tooLargeABodyIsRefusedAtTheHead() {
        var script = Script { $0.maxBodyBytes = 100 }
        #expect(script.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n") == ["refuse 413"])
        #expect(script.answer() == (false, ["linger"]))
    }

    @Test func idleAndHeaderTimeouts() {
        var idle = Script {
            $0.idleTimeout = .seconds(10)
            $0.headerTimeout = .seconds(5)
        }
        #expect(idle.wait(9) == .nothing)
        #expect(idle.receive(Self.get) == ["start GET /1"])
        #expect(idle.engine.deadline == nil)
        #expect(idle.wait(1000) == .nothing)
        #expect(idle.answer() == (true, []))
        #expect(idle.wait(9) == .nothing)
        #expect(idle.wait(1) == .changed)
        #expect(idle.actions() == ["close"])

        var slow = Script {
            $0.idleTimeout = .seconds(10)
            $0.headerTimeout = .seconds(5)
        }
        #expect(slow.wait(9) == .nothing)
        #expect(slow.receive("GET / HT") == [])
        #expect(slow.wait(4) == .nothing)
        #expect(slow.receive("TP/1.1\r\n") == [])
        #expect(slow.wait(1) == .changed)
        #expect(slow.actions() == ["refuse 408"])
    }

    @Test func slowBodyFails() {
        var script = Script {
            $0.minBodyRate = 10
            $0.rateGrace = .seconds(10)
        }
        _ = script.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        // As long as nobody asks for the body the client owes nothing.
        #expect(script.wait(1000) == .nothing)
        script.wantsBody = true
        #expect(script.actions() == [])
        #expect(script.wait(9) == .nothing)
        #expect(
            script.receive(String(repeating: "a", count: 99)) == ["body " + String(repeating: "a", count: 99)]
        )
        #expect(script.wait(1) == .changed)
        #expect(script.actions() == ["fail tooSlow"])
        #expect(script.answer() == (false, ["linger"]))
    }

    @Test func slowReaderAborts() {
        var script = Script {
            $0.minBodyRate = 10
            $0.rateGrace = .seconds(10)
        }
        _ = script.receive(Self.get)
        script.engine.outputWaits(unsent: 1000, now: script.now)
        #expect(script.engine.deadline != nil)
        #expect(script.wait(10, unsent: 900) == .nothing)
        #expect(script.wait(10, unsent: 801) == .abort)
    }

    @Test func shutDownFinishesWhatRuns() {
        var idle = Script()
        idle.engine.shutDown()
        #expect(idle.actions() == ["close"])

        var running = Script()
        #expect(running.receive(Self.get) == ["start GET /1"])
        running.engine.shutDown()
        #expect(running.actions() == [])
        #expect(running.answer() == (false, ["close"]))
    }

    @Test func clientThatStopsSending() {
        var idle = Script()
        idle.engine.endInput(now: idle.now)
        #expect(idle.actions() == ["close"])

        var partial = Script()
        #expect(partial.receive("GET / HTTP/1.1\r\n") == [])
        partial.engine.endInput(now: partial.now)
        #expect(partial.actions() == ["close"])

        var missing = Script()
        missing.wantsBody = true
        #expect(
            missing.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
                == ["start PUT /", "body ab"])
        missing.engine.endInput(now: missing.now)
        #expect(missing.actions() == ["fail disconnected", "cancel"])
        #expect(!missing.reads)
        #expect(missing.answer() == (false, ["linger", "close"]))

        var chunked = Script()
        chunked.wantsBody = true
        #expect(
            chunked.receive("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
                == ["start PUT /", "body ab"])
        chunked.engine.endInput(now: chunked.now)
        #expect(chunked.actions() == ["fail disconnected", "cancel"])

        var complete = Script { $0.halfCloseGrace = .seconds(3) }
        #expect(
            complete.receive("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab") == ["start PUT /"])
        complete.engine.endInput(now: complete.now)
        complete.wantsBody = true
        #expect(complete.actions() == ["body ab", "end 0"])
        #expect(complete.wait(2) == .nothing)
        #expect(complete.wait(1) == .changed)
        #expect(complete.actions() == ["cancel"])
        #expect(complete.engine.deadline == nil)
        #expect(complete.answer() == (false, ["close"]))
    }

    @Test func answersThatHaveBegunAreNotCancelledAfterAHalfClose() {
        var script = Script { $0.halfCloseGrace = .seconds(3) }
        #expect(script.receive(Self.get) == ["start GET /1"])
        script.engine.endInput(now: script.now)
        let keeps = script.engine.beginResponse()
        #expect(!keeps)
        #expect(script.wait(100) == .nothing)
        script.engine.responseEnded(keepsAlive: false, now: script.now)
        #expect(script.actions() == ["close"])
    }

    @Test func tooMuchSentAheadCloses() {
        var script = Script { $0.maxPipelinedBytes = 100 }
        #expect(script.receive(Self.get) == ["start GET /1"])
        #expect(script.receive(String(repeating: "x", count: 100)) == [])
        #expect(script.receive("x") == ["close"])
    }

    @Test func oneTooManyIsTold() {
        var script = Script()
        script.engine.refuseConnection()
        #expect(script.actions() == ["refuse 503"])
        #expect(script.answer() == (false, ["linger"]))
    }

    @Test func memoryOfAPartialHeadIsSmall() {
        var script = Script()
        var bytes = ByteBufferAllocator().buffer(capacity: 65536)
        bytes.writeString("GET / HT")
        script.engine.receive(bytes, now: script.now)
        #expect(script.actions() == [])
        #expect(script.engine.input.storageCapacity < 1024)
    }
}
