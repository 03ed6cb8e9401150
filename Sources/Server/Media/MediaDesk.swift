import Auth
import Digests
import Files
import Logging
import MediaProbe
import NIOCore
import Objects
import Synchronization

/// Looks into files for all doors: what is known of them, and pictures of them.
final class MediaDesk: MediaService {
    /// Contents that wait beyond which an upload's answer does not wait for its own.
    private static let waitsBehind = 16
    /// Pictures under way for one project; one more is refused.
    private static let maximumPicturesOfProject = 32

    private struct State {
        var places = LookPlaces()
        var pictures: [PictureCache.Name: Task<Picture, any Error>] = [:]
        var picturesOfProject: [ProjectID: Int] = [:]
    }

    let probe: Probe
    private let parts: Parts
    private let cache: PictureCache
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>.Continuation
    /// Rings when something may be due.
    let rings: AsyncStream<Void>

    init(parts: Parts, probe: Probe, cache: PictureCache) {
        self.parts = parts
        self.probe = probe
        self.cache = cache
        canLook = Self.kinds.contains { probe.canLook(into: $0) }
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether there is anything to look with.
    let canLook: Bool

    /// One type of each tool.
    private static let kinds = ["image/png", "video/mp4", "application/pdf"]

    // MARK: Facts

    func facts(of version: ObjectVersion, patience: Duration) async -> FactsState {
        guard canLook, version.content != .empty,
            MediaCandidates.include(type: version.metadata.contentType, key: version.key)
        else { return .unwanted }
        ring()
        let end = ContinuousClock.now + patience
        var pause = Duration.milliseconds(10)
        while true {
            guard let state = try? await parts.library.facts(of: version.content) else { return .waiting }
            let shown = shown(state, type: version.metadata.contentType)
            if shown != .waiting { return shown }
            let isCrowded = self.state.withLock { $0.places.waiting > Self.waitsBehind }
            guard !isCrowded, ContinuousClock.now + pause < end, await rests(pause) else { return .waiting }
            pause = min(pause * 2, .milliseconds(160))
        }
    }

    func shown(_ state: FactsState, type: String) -> FactsState {
        guard state == .waiting else { return state }
        let essence = ContentType.essence(of: type)
        // What only its name says is of unknown type until it is looked at.
        let isHopeless =
            essence.hasSuffix("/octet-stream")
            ? !canLook : Probe.canTell(essence) && !probe.canLook(into: essence)
        return isHopeless ? .unwanted : state
    }

    /// Something may be due.
    func ring() { bell.yield() }

    /// Contents to look into now, of those that `due` gives.
    func begin(width: Int, _ due: () async throws -> [FactsJob]) async rethrows -> [FactsJob] {
        state.withLock { $0.places.makeRoom() }
        let due = try await due()
        return state.withLock { $0.places.take(due, width: width) }
    }

    /// A look has ended: there is a place for the next.
    func end(_ job: FactsJob) {
        state.withLock { $0.places.end(job.content) }
        ring()
    }

    /// Finds out what a content is, from a content with the same bytes or by looking.
    func outcome(of job: FactsJob) async -> FactsOutcome {
        do {
            guard let bucket = try await parts.store.accounts.bucket(job.bucket),
                let version = try await parts.store.headIfPresent(bucket, job.key),
                version.content == job.content
            else { return .gone }
            // The same bytes under another key are another ciphertext, and no picture of them lies in clear.
            let isSealed = version.encryption != nil
            let identity = isSealed ? nil : try await parts.library.identity(of: job.content)
            if let identity, let known = try await parts.library.facts(identity: identity) {
                return .known(known, identity: identity)
            }
            let type = try await type(of: version)
            // Kept waiting: another start of the server may find the tool.
            if Probe.canTell(type), !probe.canLook(into: type) {
                return .again(at: parts.store.now + Self.missingToolPause)
            }
            var facts = try await probe.facts(
                of: try await source(version), type: type,
                name: String(decoding: version.key.bytes, as: UTF8.self))
            if isSealed { facts.placeholder = nil }
            return .known(facts, identity: identity)
        } catch let error as ProbeError {
            return error.mayPass ? again(job) : .failed
        } catch {
            return again(job)
        }
    }

    /// Failures of the server's own after which a file is given up.
    private static let maximumAttempts = 8

    /// Milliseconds until a file is tried again whose tool is not there.
    private static let missingToolPause: Int64 = 3_600_000

    private func again(_ job: FactsJob) -> FactsOutcome {
        guard job.attempts + 1 < Self.maximumAttempts else { return .failed }
        return .again(at: parts.store.now + 1000 << Int64(min(job.attempts, 10)))
    }

    /// By content, whatever the client called it.
    private func type(of version: ObjectVersion) async throws -> String {
        let stored = version.metadata.contentType
        guard version.size > 0 else { return stored }
        let head = try await bytes(version, 0..<min(version.size, Int64(ContentType.headLength)))
        return ContentType.detect(
            head: head, name: version.key.bytes, declared: stored)
    }

    private func source(_ version: ObjectVersion) async throws -> ProbeSource {
        ProbeSource(size: version.size) { [self] in try await bytes(version, $0) }
    }

    private func bytes(_ version: ObjectVersion, _ range: Range<Int64>) async throws -> [UInt8] {
        let reader = parts.store.load(version, range: range, cipher: try await cipher(of: version))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(range.upperBound - range.lowerBound))
        while let run = try await reader.next() { bytes.append(contentsOf: run.readableBytesView) }
        return bytes
    }

    private func cipher(of version: ObjectVersion) async throws -> ContentCipher? {
        guard let encryption = version.encryption else { return nil }
        return ContentCipher(encryption, key: try await parts.keys.vault.key(encryption.method))
    }

    // MARK: Pictures

    func canPicture(_ type: String) -> Bool {
        let essence = ContentType.essence(of: type)
        return Self.hasPictures(essence) && probe.canLook(into: essence)
    }

    /// Sounds may have a cover, which only a look tells.
    private static func hasPictures(_ essence: String) -> Bool {
        essence.hasPrefix("image/") || essence.hasPrefix("video/") || essence == "application/pdf"
    }

    func picture(
        of version: ObjectVersion, of project: ProjectID, _ request: PictureRequest
    ) async throws -> Picture {
        let name = PictureCache.Name(version, project, request)
        // What is stored encrypted is not kept in clear.
        let isKept = version.encryption == nil
        if isKept, let kept = await cache.picture(name, type: request.format.type) { return kept }
        let task = try state.withLock { state throws(ProbeError) -> Task<Picture, any Error> in
            if let running = state.pictures[name] { return running }
            guard state.picturesOfProject[project, default: 0] < Self.maximumPicturesOfProject else {
                throw .busy
            }
            state.picturesOfProject[project, default: 0] += 1
            let task = Task { [self] in
                defer { finished(name, of: project) }
                let picture = try await probe.picture(
                    of: try await source(version), type: try await type(of: version), request: request)
                if isKept { await cache.keep(picture, name) }
                return picture
            }
            state.pictures[name] = task
            return task
        }
        return try await task.value
    }

    private func finished(_ name: PictureCache.Name, of project: ProjectID) {
        state.withLock { state in
            state.pictures[name] = nil
            let left = state.picturesOfProject[project, default: 1] - 1
            state.picturesOfProject[project] = left > 0 ? left : nil
        }
    }
}
