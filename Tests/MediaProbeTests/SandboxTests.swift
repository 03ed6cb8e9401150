import Foundation
import Logging
import NIOPosix
import Objects
import Testing

@testable import MediaProbe

/// What a tool that was taken over by a file could do.
@Suite(.enabled(if: Workshop.isEquipped, "needs ffmpeg, libvips-tools, poppler-utils and bubblewrap"))
struct SandboxTests {
    private func shell(
        _ script: String, input: [UInt8] = [1, 2, 3], _ change: (inout ProbeSettings) -> Void = { _ in }
    ) async throws(ProbeError) -> String {
        var settings = ProbeSettings(staging: NSTemporaryDirectory())
        settings.time = .seconds(300)
        change(&settings)
        let file = try await Staging(settings: settings).lay(input)
        let run = ToolRun(settings: settings, tools: MediaTools(), log: Logger(label: "sandbox"))
        let said = try await run.run("/bin/sh", ["-c", script], input: file, isWalled: true)
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func nothingOfTheHostIsThere() async throws {
        #expect(try await shell("echo $(ls /)") == "bin dev etc lib lib64 proc tmp usr")
        #expect(try await shell("ls /etc | grep -vxE 'alternatives|fonts|ld.so.cache'; ls -A /tmp") == "")
        #expect(
            try await shell(
                "for f in /etc/passwd /root /home /var /sys /run; do ls -d $f; done 2>/dev/null; true") == "")
    }

    @Test func nothingCanBeWrittenButALittleMemory() async throws {
        let script =
            "for d in / /usr /usr/lib /etc /dev /proc; do (echo x > $d/x) 2>/dev/null && echo $d; done; echo x > /tmp/x && cat /tmp/x"
        #expect(try await shell(script) == "x")
        await #expect(throws: ProbeError.self) {
            try await shell("head -c 2000000 /dev/zero > /tmp/x") { $0.output = 1 << 20 }
        }
    }

    @Test func theUserOwnsNothing() async throws {
        #expect(
            try await shell("id -u; grep -E '^CapEff' /proc/self/status | tr -d '\\t'")
                == "65534\nCapEff:0000000000000000")
        #expect(
            try await shell(
                "cat /proc/1/environ | tr '\\0' '\\n' | grep -vE '^(PWD|PATH|LC_ALL|HOME|VIPS_[A-Z_]*)='; true"
            ) == "")
        // No namespaces of its own, with which a kernel's faults are reached.
        #expect(try await shell("unshare -U true 2>/dev/null && echo can; true") == "")
        #expect(try await shell("ls -d /proc/[0-9]* | wc -l").count <= 1)
    }

    @Test func nobodyCanBeCalled() async throws {
        let trap = try await Trap()
        let call = "exec 3<>/dev/tcp/127.0.0.1/\(trap.port) && echo through; true"
        #expect(try await shell("bash -c '\(call)' 2>/dev/null; true") == "")
        #expect(await trap.close() == 0)
        // The same call outside gets through: the test can fail.
        let open = try await Trap()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(open.port); read -u 3 line; true"]
        try process.run()
        process.waitUntilExit()
        #expect(await open.close() == 1)
    }

    @Test func onlyTheFileIsHandedOver() async throws {
        #expect(try await shell("cat", input: Array("content".utf8)) == "content")
        #expect(try await shell("cat /proc/self/fd/0", input: Array("content".utf8)) == "content")
        // The shell's own, and the one with which `ls` reads the folder.
        #expect(try await shell("ls /proc/self/fd | tr '\\n' ' '") == "0 1 2 3")
    }

    @Test func whatTakesTooLongIsEnded() async throws {
        await #expect(throws: ProbeError.tooMuch("time")) {
            try await shell("sleep 600") { $0.time = .milliseconds(200) }
        }
        // Also what runs behind it: had the child outlived its parent, its pipe would keep this waiting.
        await #expect(throws: ProbeError.tooMuch("time")) {
            try await shell("(trap '' TERM HUP; sleep 600) & wait") { $0.time = .milliseconds(200) }
        }
        await #expect(throws: ProbeError.tooMuch("signal 9")) {
            try await shell("while :; do :; done") {
                $0.processorSeconds = 1
                $0.time = .seconds(600)
            }
        }
    }

    @Test func whatTakesTooMuchIsEnded() async throws {
        await #expect(throws: ProbeError.tooMuch("output")) {
            try await shell("cat /dev/zero") { $0.output = 1 << 20 }
        }
        await #expect(throws: ProbeError.self) {
            try await shell("x=$(head -c 100000000 /dev/zero | tr '\\0' x)") { $0.memory = 64 << 20 }
        }
    }

    @Test func withoutASandboxNothingIsLookedInto() async throws {
        var settings = ProbeSettings(staging: NSTemporaryDirectory())
        let tools = MediaTools(paths: [.vipsheader: "/usr/bin/vipsheader"], sandbox: .none("test"))
        let strict = Probe(settings: settings, tools: tools, log: Logger(label: "probe"))
        let shop = try await Workshop()
        try shop.pattern("a.png", "320x180", ["-frames:v", "1"])
        let source = ProbeSource(try shop.bytes("a.png"))
        await #expect(throws: ProbeError.unavailable("bwrap")) {
            try await strict.facts(of: source, type: "image/png", name: "a.png")
        }
        #expect(!strict.canLook(into: "image/png"))
        settings.sandbox = .preferred
        let lenient = Probe(settings: settings, tools: tools, log: Logger(label: "probe"))
        #expect(try await lenient.facts(of: source, type: "image/png", name: "a.png").width == 320)
    }

    @Test func aMissingToolIsNamed() async throws {
        let probe = Probe(
            settings: ProbeSettings(staging: NSTemporaryDirectory()), tools: MediaTools(sandbox: .bubblewrap),
            log: Logger(label: "probe"))
        await #expect(throws: ProbeError.unavailable("ffprobe (package ffmpeg)")) {
            try await probe.facts(of: ProbeSource([1]), type: "video/mp4", name: "a.mp4")
        }
        #expect(!probe.canLook(into: "video/mp4"))
        #expect(probe.tools.summary.contains("ffmpeg libvips-tools poppler-utils"))
    }

    @Test func everyToolIsFound() async throws {
        let shop = try await Workshop()
        #expect(shop.probe.canLook(into: "application/pdf") && !shop.probe.canLook(into: "text/plain"))
        #expect(shop.probe.tools.missing == [])
        #expect(shop.probe.tools.summary == "sandbox: bubblewrap")
    }

    /// Nothing is left in the directory, and no descriptor either.
    @Test func nothingIsLeftBehind() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "320x180", ["-frames:v", "1"])
        let before = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path)
        _ = try await shop.facts("a.png", "image/png")
        _ = try? await shop.facts("a.png", "video/mp4")
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder.path) == before)
    }
}
