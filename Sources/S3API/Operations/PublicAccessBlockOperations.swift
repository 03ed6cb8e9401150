import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getPublicAccessBlock(_ call: S3Call) async throws -> HTTPResponse {
        guard call.bucket.configurations[.publicAccessBlock] != nil else {
            throw S3Error.notConfigured(.noSuchPublicAccessBlockConfiguration, call.bucket)
        }
        let block = call.bucket.publicAccessBlock
        return .xml { xml in
            xml.openRoot("PublicAccessBlockConfiguration")
            xml.element("BlockPublicAcls", block.blocksPublicACLs)
            xml.element("IgnorePublicAcls", block.ignoresPublicACLs)
            xml.element("BlockPublicPolicy", block.blocksPublicPolicy)
            xml.element("RestrictPublicBuckets", block.restrictsPublicBuckets)
            xml.close()
        }
    }

    func putPublicAccessBlock(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "PublicAccessBlockConfiguration")
        func flag(_ name: String) throws(S3Error) -> Bool {
            switch root.text(of: name)?.lowercased() {
            case nil, "false": false
            case "true": true
            default: throw S3Error(.malformedXML)
            }
        }
        let block = PublicAccessBlock(
            blocksPublicACLs: try flag("BlockPublicAcls"), ignoresPublicACLs: try flag("IgnorePublicAcls"),
            blocksPublicPolicy: try flag("BlockPublicPolicy"),
            restrictsPublicBuckets: try flag("RestrictPublicBuckets"))
        _ = try await store.accounts.setConfiguration(call.bucket.id, .publicAccessBlock, block.encoded)
        return HTTPResponse(status: 200)
    }

    func deletePublicAccessBlock(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.publicAccessBlock, call)
    }
}
