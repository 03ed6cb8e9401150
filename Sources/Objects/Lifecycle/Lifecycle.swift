/// What becomes of a bucket's objects and unfinished uploads with time.
///
/// Source: AWS, "Managing the lifecycle of objects" and "Lifecycle configuration elements".
package struct Lifecycle: Hashable, Sendable {
    /// Rules of one bucket.
    package static let maximumRules = 1000
    /// Bytes below which an object changes no class by default: moving it would cost more than it saves.
    package static let minimumTransitionSize: Int64 = 128 * 1024

    /// Which objects are too small to change their class.
    package enum TransitionMinimum: String, Sendable {
        case allClasses = "all_storage_classes_128K"
        /// Every class but those of archives.
        case byClass = "varies_by_storage_class"
    }

    package var rules: [Rule]
    package var transitionMinimum: TransitionMinimum

    package init(rules: [Rule], transitionMinimum: TransitionMinimum = .allClasses) {
        self.rules = rules
        self.transitionMinimum = transitionMinimum
    }

    package enum Moment: Hashable, Sendable {
        /// Days after the object was made.
        case days(Int64)
        /// Midnight in UTC, milliseconds since 1970.
        case date(Int64)
    }

    package struct Transition: Hashable, Sendable {
        package var moment: Moment
        package var storageClass: String

        package init(_ moment: Moment, _ storageClass: String) {
            self.moment = moment
            self.storageClass = storageClass
        }
    }

    package struct Noncurrent: Hashable, Sendable {
        /// After the version ceased to be the current one.
        package var days: Int64
        /// Noncurrent versions of the key that are kept whatever their age.
        package var newerVersions: Int64

        package init(days: Int64, newerVersions: Int64 = 0) {
            self.days = days
            self.newerVersions = newerVersions
        }
    }

    package struct NoncurrentTransition: Hashable, Sendable {
        package var when: Noncurrent
        package var storageClass: String

        package init(_ when: Noncurrent, _ storageClass: String) {
            self.when = when
            self.storageClass = storageClass
        }
    }

    package struct Rule: Hashable, Sendable {
        package var id: String
        package var isEnabled: Bool
        package var filter: LifecycleFilter
        package var expiration: Moment?
        /// Delete markers behind which no version is left go.
        package var removesLoneMarkers: Bool
        package var noncurrentExpiration: Noncurrent?
        package var transitions: [Transition]
        package var noncurrentTransitions: [NoncurrentTransition]
        /// Days after which an unfinished multipart upload is aborted.
        package var abortDays: Int64?

        package init(
            id: String, isEnabled: Bool = true, filter: LifecycleFilter = LifecycleFilter(),
            expiration: Moment? = nil, removesLoneMarkers: Bool = false,
            noncurrentExpiration: Noncurrent? = nil, transitions: [Transition] = [],
            noncurrentTransitions: [NoncurrentTransition] = [], abortDays: Int64? = nil
        ) {
            self.id = id
            self.isEnabled = isEnabled
            self.filter = filter
            self.expiration = expiration
            self.removesLoneMarkers = removesLoneMarkers
            self.noncurrentExpiration = noncurrentExpiration
            self.transitions = transitions
            self.noncurrentTransitions = noncurrentTransitions
            self.abortDays = abortDays
        }
    }
}

extension Bucket {
    /// Nil for a bucket without rules.
    package var lifecycle: Lifecycle? {
        get throws(StoreError) {
            try configurations[.lifecycle]?.form(Lifecycle.init(encoded:))
        }
    }
}
