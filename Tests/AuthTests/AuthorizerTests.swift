import Objects
import Testing

@testable import Auth

struct AuthorizerTests {
    private let authorizer = Authorizer()
    private let mine = ProjectID("mine")
    private let other = ProjectID("other")

    private func bucket(_ project: ProjectID, id: Int64 = 1) throws -> Bucket {
        Bucket(
            id: BucketID(id), name: try #require(BucketName("bucket")), project: project, created: 0)
    }

    private func domain(
        _ project: ProjectID, bucket: Int64 = 1, isPrivate: Bool = false, links: Bool = true
    ) -> Door {
        .delivery(
            Domain(
                host: "h", bucket: BucketID(bucket), project: project, isPrivate: isPrivate,
                acceptsFirstFormSignatures: links, created: 0))
    }

    private func credential(_ role: Role, isPaused: Bool = false) -> Credential {
        Credential(keyID: KeyID("k"), project: mine, role: role, isPaused: isPaused, secret: [])
    }

    private func link(_ method: LinkGrant.Method, _ role: Role, isPaused: Bool = false) -> Principal {
        .signedLink(
            credential(role, isPaused: isPaused),
            LinkGrant(method: method, path: Array("a/b".utf8), expiry: 1))
    }

    @Test func aFullKeyMayDoEverythingInItsProject() throws {
        for action in Action.allCases {
            for door in [Door.s3, .library, domain(mine)] {
                #expect(
                    authorizer.authorize(.key(credential(.full)), action, bucket: try bucket(mine), via: door)
                        == .allow)
            }
            #expect(
                authorizer.authorize(.key(credential(.full)), action, bucket: try bucket(other), via: .s3)
                    == .deny(.otherProject))
        }
        #expect(
            authorizer.authorize(.key(credential(.full)), .createBucket, bucket: nil, via: .s3) == .allow)
    }

    @Test func aReadKeyChangesNothing() throws {
        for action in Action.allCases {
            let decision = authorizer.authorize(
                .key(credential(.read)), action, bucket: try bucket(mine), via: .s3)
            #expect(decision == (action.isRead ? .allow : .deny(.role(.read))))
        }
        for action in [Action.putObject, .deleteObject, .createBucket, .abortMultipartUpload, .putBucketAcl] {
            #expect(!action.isRead)
        }
        for action in [Action.getObject, .listBucket, .listAllBuckets, .getBucketLocation] {
            #expect(action.isRead)
        }
    }

    @Test func anUploadKeyOnlyWritesNewKeys() throws {
        for action in Action.allCases {
            let decision = authorizer.authorize(
                .key(credential(.upload)), action, bucket: try bucket(mine), via: domain(mine))
            switch action {
            case .putObject, .listMultipartUploadParts, .abortMultipartUpload:
                #expect(decision == .allowNewKeysOnly)
            case .getBucketLocation: #expect(decision == .allow)
            default: #expect(decision == .deny(.role(.upload)))
            }
        }
    }

    @Test func aPausedKeyMayDoNothing() throws {
        for role in Role.allCases {
            for action in Action.allCases {
                #expect(
                    authorizer.authorize(
                        .key(credential(role, isPaused: true)), action, bucket: try bucket(mine), via: .s3)
                        == .deny(.paused))
            }
        }
        #expect(
            authorizer.authorize(
                link(.get, .full, isPaused: true), .getObject, bucket: try bucket(mine), via: domain(mine))
                == .deny(.paused))
    }

    @Test func nobodyReadsPublicDomainsOnly() throws {
        for action in Action.allCases {
            let bucket = try bucket(mine)
            #expect(
                authorizer.authorize(.anonymous, action, bucket: bucket, via: domain(mine))
                    == (action == .getObject ? .allow : .deny(.anonymous)))
            for door in [Door.s3, .library, domain(mine, isPrivate: true)] {
                #expect(
                    authorizer.authorize(.anonymous, action, bucket: bucket, via: door) == .deny(.anonymous))
            }
            #expect(
                authorizer.authorize(.anonymous, action, bucket: nil, via: domain(mine)) == .deny(.anonymous))
            #expect(
                authorizer.authorize(.anonymous, action, bucket: bucket, via: domain(mine, bucket: 2))
                    == .deny(.otherBucket))
        }
    }

    @Test func aDomainIsNoWayIntoAnotherBucketOrProject() throws {
        let key = Principal.key(credential(.full))
        #expect(
            authorizer.authorize(key, .getObject, bucket: try bucket(mine), via: domain(mine, bucket: 2))
                == .deny(.otherBucket))
        #expect(
            authorizer.authorize(key, .getObject, bucket: nil, via: domain(other)) == .deny(.otherProject))
    }

    @Test func aLinkDoesWhatItsMethodAndItsKeyMay() throws {
        let bucket = try bucket(mine)
        for role in Role.allCases {
            for method in LinkGrant.Method.allCases {
                for action in Action.allCases {
                    let decision = authorizer.authorize(
                        link(method, role), action, bucket: bucket, via: domain(mine))
                    switch (method, action, role) {
                    case (.get, .getObject, .read), (.get, .getObject, .full):
                        #expect(decision == .allow)
                    case (.put, .putObject, .full), (.put, .listMultipartUploadParts, .full),
                        (.put, .abortMultipartUpload, .full):
                        #expect(decision == .allow)
                    case (.put, .putObject, .upload), (.put, .listMultipartUploadParts, .upload),
                        (.put, .abortMultipartUpload, .upload):
                        #expect(decision == .allowNewKeysOnly)
                    case (.put, .listMultipartUploadParts, .read):
                        #expect(decision == .allow)
                    default:
                        #expect(!decision.isAllowed)
                    }
                }
            }
        }
    }

    @Test func aLinkIsForOnePathAndOneKindOfDoor() throws {
        let bucket = try bucket(mine)
        let get = link(.get, .full)
        #expect(
            authorizer.authorize(
                get, .getObject, bucket: bucket, key: ObjectKey("a/b"), via: domain(mine)) == .allow)
        for key in ["a/bc", "a", "a//b", "a/B", "/a/b"] {
            #expect(
                authorizer.authorize(get, .getObject, bucket: bucket, key: ObjectKey(key), via: domain(mine))
                    == .deny(.linkPath))
        }
        for door in [Door.s3, .library, domain(mine, links: false)] {
            #expect(
                authorizer.authorize(get, .getObject, bucket: bucket, via: door) == .deny(.linkForm))
        }
        #expect(
            authorizer.authorize(get, .getObject, bucket: try self.bucket(other), via: domain(other))
                == .deny(.otherProject))
        #expect(
            authorizer.authorize(get, .getObject, bucket: bucket, via: domain(mine, bucket: 2))
                == .deny(.otherBucket))
    }
}
