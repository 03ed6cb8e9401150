import Blobs
import StoreLaws
import Testing

@Suite struct LawTests {
    @Test(arguments: BlobLaw.all)
    func filesOnADiskKeep(_ law: BlobLaw) async throws {
        let directory = try TemporaryDirectory()
        try await law.check(try FileSegments(directory: directory.path))
        withExtendedLifetime(directory) {}
    }

    /// Fewer open files than segments: every law also holds while the cache lets go of them.
    @Test(arguments: BlobLaw.all)
    func filesOnASimulatedDiskKeep(_ law: BlobLaw) async throws {
        let store = try FileSegments(directory: SimulatedDisk.root, disk: SimulatedDisk(), openLimit: 4)
        try await law.check(store)
    }

    @Test(arguments: BlobLaw.all)
    func memoryKeeps(_ law: BlobLaw) async throws {
        try await law.check(MemorySegments())
    }
}
