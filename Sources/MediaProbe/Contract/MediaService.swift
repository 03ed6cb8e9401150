package import Objects

/// What doors ask of those who look into files.
package protocol MediaService: Sendable {
    /// What is known of a version's content. Waits a moment for what is being found out.
    ///
    /// - Parameter patience: how long; nothing is waited for where nobody can look, or many files wait.
    func facts(of version: ObjectVersion, patience: Duration) async -> FactsState

    /// A state as clients are told it: nobody is told to wait for what cannot be found out here.
    func shown(_ state: FactsState, type: String) -> FactsState

    /// Whether pictures are made of files of this type here.
    func canPicture(_ type: String) -> Bool

    /// A picture of a version, made now or before. Throws `ProbeError`, or a `StoreError` of the reading.
    func picture(
        of version: ObjectVersion, of project: ProjectID, _ request: PictureRequest
    ) async throws -> Picture
}

/// Where nobody looks into files.
package struct NoMediaService: MediaService {
    package init() {}
    package func facts(of version: ObjectVersion, patience: Duration) async -> FactsState { .unwanted }
    package func shown(_ state: FactsState, type: String) -> FactsState {
        state == .waiting ? .unwanted : state
    }
    package func canPicture(_ type: String) -> Bool { false }
    package func picture(
        of version: ObjectVersion, of project: ProjectID, _ request: PictureRequest
    ) async throws -> Picture { throw ProbeError.noPicture }
}
