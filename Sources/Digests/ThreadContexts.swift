import Glibc

/// The contexts with which one thread makes digests and MACs of whole messages, kept for its next
/// message: to make and free a context costs more than to hash a short one.
///
/// No call here suspends, so a task cannot change threads while it holds one.
final class ThreadContexts {
    private var sha256 = HashContext(.sha256)
    private var md5 = HashContext(.md5)
    private let macMD5 = MACContext(.md5)
    private let macSHA1 = MACContext(.sha1)
    private let macSHA256 = MACContext(.sha256)
    private let macSHA512 = MACContext(.sha512)

    private init() {}

    /// The contexts of the running thread; they are freed when it ends.
    static var current: ThreadContexts {
        if let known = pthread_getspecific(key) {
            return Unmanaged<ThreadContexts>.fromOpaque(known).takeUnretainedValue()
        }
        let contexts = ThreadContexts()
        let kept = Unmanaged.passRetained(contexts)
        precondition(pthread_setspecific(key, kept.toOpaque()) == 0, "No memory for a thread's contexts")
        return contexts
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key) { kept in
            guard let kept else { return }
            Unmanaged<ThreadContexts>.fromOpaque(kept).release()
        }
        precondition(result == 0, "The process has no thread-specific key left")
        return key
    }()

    func sha256(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        sha256.update(bytes)
        return SHA256Digest(finishing: &sha256)
    }

    func md5(of bytes: UnsafeRawBufferPointer) -> MD5Digest {
        md5.update(bytes)
        return MD5Digest(finishing: &md5)
    }

    func authenticationCode(
        _ algorithm: HashAlgorithm, key: [UInt8], message: UnsafeRawBufferPointer
    ) -> [UInt8] {
        switch algorithm {
        case .md5: macMD5.authenticationCode(key: key, message: message)
        case .sha1: macSHA1.authenticationCode(key: key, message: message)
        case .sha256: macSHA256.authenticationCode(key: key, message: message)
        case .sha512: macSHA512.authenticationCode(key: key, message: message)
        }
    }
}
