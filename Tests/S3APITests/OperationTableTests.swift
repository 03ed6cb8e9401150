import Auth
import HTTPServer
import Testing

@testable import S3API

/// The table of operations against AWS's model, API version 2006-03-01.
@Suite struct OperationTableTests {
    /// AWS's names, as its SDKs' model lists them.
    private static let modelled = """
        AbortMultipartUpload CompleteMultipartUpload CopyObject CreateBucket
        CreateBucketMetadataConfiguration CreateBucketMetadataTableConfiguration CreateMultipartUpload
        CreateSession DeleteBucket DeleteBucketAnalyticsConfiguration DeleteBucketCors
        DeleteBucketEncryption DeleteBucketIntelligentTieringConfiguration
        DeleteBucketInventoryConfiguration DeleteBucketLifecycle DeleteBucketMetadataConfiguration
        DeleteBucketMetadataTableConfiguration DeleteBucketMetricsConfiguration
        DeleteBucketOwnershipControls DeleteBucketPolicy DeleteBucketReplication DeleteBucketTagging
        DeleteBucketWebsite DeleteObject DeleteObjectAnnotation DeleteObjectTagging DeleteObjects
        DeletePublicAccessBlock GetBucketAbac GetBucketAccelerateConfiguration GetBucketAcl
        GetBucketAnalyticsConfiguration GetBucketCors GetBucketEncryption
        GetBucketIntelligentTieringConfiguration GetBucketInventoryConfiguration GetBucketLifecycle
        GetBucketLifecycleConfiguration GetBucketLocation GetBucketLogging
        GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration GetBucketMetricsConfiguration
        GetBucketNotification GetBucketNotificationConfiguration GetBucketOwnershipControls
        GetBucketPolicy GetBucketPolicyStatus GetBucketReplication GetBucketRequestPayment
        GetBucketTagging GetBucketVersioning GetBucketWebsite GetObject GetObjectAcl GetObjectAnnotation
        GetObjectAttributes GetObjectLegalHold GetObjectLockConfiguration GetObjectRetention
        GetObjectTagging GetObjectTorrent GetPublicAccessBlock HeadBucket HeadObject
        ListBucketAnalyticsConfigurations ListBucketIntelligentTieringConfigurations
        ListBucketInventoryConfigurations ListBucketMetricsConfigurations ListBuckets
        ListDirectoryBuckets ListMultipartUploads ListObjectAnnotations ListObjectVersions ListObjects
        ListObjectsV2 ListParts PutBucketAbac PutBucketAccelerateConfiguration PutBucketAcl
        PutBucketAnalyticsConfiguration PutBucketCors PutBucketEncryption
        PutBucketIntelligentTieringConfiguration PutBucketInventoryConfiguration PutBucketLifecycle
        PutBucketLifecycleConfiguration PutBucketLogging PutBucketMetricsConfiguration
        PutBucketNotification PutBucketNotificationConfiguration PutBucketOwnershipControls
        PutBucketPolicy PutBucketReplication PutBucketRequestPayment PutBucketTagging
        PutBucketVersioning PutBucketWebsite PutObject PutObjectAcl PutObjectAnnotation
        PutObjectLegalHold PutObjectLockConfiguration PutObjectRetention PutObjectTagging
        PutPublicAccessBlock RenameObject RestoreObject SelectObjectContent
        UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
        UpdateBucketMetadataJournalTableConfiguration UpdateObjectEncryption UploadPart UploadPartCopy
        WriteGetObjectResponse
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    @Test func everyOperationOfTheModelIsThere() {
        let names = Set(S3Operation.allCases.map(\.rawValue))
        #expect(Self.modelled.count == 116)
        #expect(names.subtracting(Self.modelled) == ["PostObject"])
        #expect(Set(Self.modelled).subtracting(names).isEmpty)
    }

    @Test func everyOperationHasExactlyOneRow() {
        let rows = Dictionary(grouping: S3OperationRow.all, by: \.operation)
        #expect(rows.count == S3Operation.allCases.count)
        #expect(rows.values.allSatisfy { $0.count == 1 })
    }

    @Test(arguments: S3OperationRow.all.map(\.operation))
    func theRequestThatAWSDescribesFindsItsRow(_ operation: S3Operation) throws {
        let row = operation.row
        var query: [String] = []
        if let word = row.query { query.append(word) }
        if let parameter = row.parameter { query.append(parameter + "=x") }
        var headers = HeaderFields()
        if let header = row.header { headers.add(header, "b/k") }
        let found = try S3Router().row(
            row.level, row.method, query: S3Query(query.joined(separator: "&")), headers: headers)
        if case .sameAs(let other) = row.answer {
            #expect(found.operation == other)
        } else {
            #expect(found.operation == operation)
        }
    }

    @Test func whatIsAnsweredNamesAnActionThatTheAuthoriserKnows() {
        for row in S3OperationRow.all where row.isAnswered {
            #expect(row.action != nil, "\(row.operation)")
        }
    }

    @Test func noTwoRowsAreSelectedByTheSameRequest() {
        var seen: Set<String> = []
        for row in S3OperationRow.all {
            if case .sameAs = row.answer { continue }
            let request =
                "\(row.level) \(row.method.name) \(row.query ?? "") \(row.parameter ?? "") \(row.header ?? "")"
            #expect(seen.insert(request).inserted, "\(request)")
        }
    }
}
