import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketEncryption(_ call: S3Call) async throws -> HTTPResponse {
        guard let setting = call.bucket.defaultEncryption else {
            throw S3Error.notConfigured(.serverSideEncryptionConfigurationNotFound, call.bucket)
        }
        return .xml { xml in
            xml.openRoot("ServerSideEncryptionConfiguration")
            xml.open("Rule")
            xml.open("ApplyServerSideEncryptionByDefault")
            switch setting {
            case .managed: xml.element("SSEAlgorithm", "AES256")
            case .named(let key):
                xml.element("SSEAlgorithm", "aws:kms")
                xml.element("KMSMasterKeyID", ifPresent: key)
            }
            xml.close()
            xml.element("BucketKeyEnabled", false)
            xml.close()
            xml.close()
        }
    }

    func putBucketEncryption(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "ServerSideEncryptionConfiguration")
        let rules = root.all("Rule")
        guard rules.count == 1, let rule = rules[0].first("ApplyServerSideEncryptionByDefault") else {
            throw S3Error(.malformedXML)
        }
        let key = rule.text(of: "KMSMasterKeyID").flatMap { $0.isEmpty ? nil : $0 }
        let setting: DefaultEncryption
        switch rule.text(of: "SSEAlgorithm") {
        case "AES256":
            guard key == nil else {
                throw S3Error(
                    .invalidArgument,
                    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"
                )
            }
            setting = .managed
        case "aws:kms": setting = .named(key)
        default: throw S3Error(.malformedXML)
        }
        _ = try await store.accounts.setConfiguration(call.bucket.id, .encryption, setting.encoded)
        return HTTPResponse(status: 200)
    }

    func deleteBucketEncryption(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.encryption, call)
    }
}
