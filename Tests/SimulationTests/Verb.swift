/// One thing that a client, or the upkeep, does to the store.
enum Verb: Hashable, Sendable {
    case put(String, Sample)
    case delete(String)
    case copy(String, to: String)
    /// The object has the first bytes of the sample and gets the rest.
    case append(String, upTo: Sample)
    case rename(String, to: String, token: String)
    /// Begins a multipart upload with a name of the test's own, whose parts will make the sample.
    case create(upload: String, String, Sample)
    case part(upload: String, Int, Sample)
    case copyPart(upload: String, Int, from: String, Range<Int>)
    case complete(upload: String)
    case abort(upload: String)
    /// A range of the sample, put to the URL of the object; the upload is told apart by its `Upload-Id`.
    case range(upload: String, String, Sample, Range<Int>, announces: Bool = false)
    case set(Setting)
    case read(String)
    case sweep
}
