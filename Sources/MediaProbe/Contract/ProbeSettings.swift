/// Limits of what one look into a file may cost. Each is a setting of the server or a constant of the house.
package struct ProbeSettings: Sendable {
    package enum Sandbox: String, Sendable, CaseIterable {
        /// Without a sandbox nothing is looked into.
        case required
        /// Where no sandbox can be had, the limits alone must do: for containers that isolate the whole server.
        case preferred
    }

    /// Directory for the unlinked files that tools read; on the data's disk, so that its space counts once.
    package var staging: String
    package var sandbox = Sandbox.required
    /// Tools that run at once; nil is one for each core.
    package var atOnce: Int?
    /// That wait for a turn; one more is `busy`.
    package var waiting = 1024
    /// Bytes up to which an object is laid out whole; above, only head, tail and index.
    package var wholeFile: Int64 = 256 << 20
    /// Bytes of head and of tail of a larger one.
    package var head: Int64 = 16 << 20
    package var tail: Int64 = 4 << 20
    /// Bytes of a film's index that are laid out.
    package var index: Int64 = 64 << 20
    /// Of one tool, by the wall clock: far more than its processor time, so that only a tool that hangs reaches it and
    /// not one on a busy machine.
    package var time = Duration.seconds(60)
    /// Of one tool, on the processor.
    package var processorSeconds = 15
    /// Address space of one tool, bytes.
    package var memory: Int64 = 3 << 30
    /// Bytes that a tool may write.
    package var output = 64 << 20
    /// Of a picture that is decoded.
    package var pixels = 100_000_000
    /// Frames that are counted and believed.
    package var frames = 100_000_000

    package init(staging: String) {
        self.staging = staging
    }
}
