import Auth
import HTTPServer

/// Operations on a bucket and on its configuration.
extension S3OperationRow {
    static let bucket: [S3OperationRow] = [
        row(.createBucket, .put, action: .createBucket, .served { try await $0.createBucket($1) }),
        row(.deleteBucket, .delete, action: .deleteBucket, .served { try await $0.deleteBucket($1) }),
        row(.headBucket, .head, action: .listBucket, .served { try await $0.headBucket($1) }),
        row(.listObjects, .get, action: .listBucket, .served { try await $0.listObjects($1) }),
        row(.postObject, .post, action: .putObject, .served { try await $0.postObject($1) }),
        row(.writeGetObjectResponse, .post, header: "x-amz-request-route", action: nil, .notImplemented),
        row(.getBucketAbac, .get, query: "abac", action: nil, .notImplemented),
        row(.putBucketAbac, .put, query: "abac", action: nil, .notImplemented),
        row(
            .getBucketAccelerateConfiguration, .get, query: "accelerate",
            action: .getAccelerateConfiguration, .served { try await $0.getBucketAccelerateConfiguration($1) }
        ),
        row(
            .putBucketAccelerateConfiguration, .put, query: "accelerate",
            action: .putAccelerateConfiguration, .served { try await $0.putBucketAccelerateConfiguration($1) }
        ),
        row(
            .getBucketAcl, .get, query: "acl",
            action: .getBucketAcl, .served { try await $0.getBucketAcl($1) }),
        row(
            .putBucketAcl, .put, query: "acl",
            action: .putBucketAcl, .served { try await $0.putBucketAcl($1) }),
        row(
            .deleteBucketAnalyticsConfiguration, .delete, query: "analytics",
            action: .putAnalyticsConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .getBucketAnalyticsConfiguration, .get, query: "analytics", parameter: "id",
            action: .getAnalyticsConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .listBucketAnalyticsConfigurations, .get, query: "analytics",
            action: .getAnalyticsConfiguration,
            .served { _, _ in .noneConfigured("ListBucketAnalyticsConfigurationResult") }),
        row(
            .putBucketAnalyticsConfiguration, .put, query: "analytics",
            action: .putAnalyticsConfiguration, .notImplemented),
        row(
            .deleteBucketCors, .delete, query: "cors", action: .putBucketCORS,
            .served { try await $0.deleteBucketCors($1) }),
        row(
            .getBucketCors, .get, query: "cors",
            action: .getBucketCORS, .served { try await $0.getBucketCors($1) }),
        row(
            .putBucketCors, .put, query: "cors", action: .putBucketCORS,
            .served { try await $0.putBucketCors($1) }),
        row(
            .deleteObjects, .post, query: "delete",
            action: .deleteObject, .served { try await $0.deleteObjects($1) }),
        row(
            .deleteBucketEncryption, .delete, query: "encryption",
            action: .putEncryptionConfiguration, .served { try await $0.deleteBucketEncryption($1) }),
        row(
            .getBucketEncryption, .get, query: "encryption",
            action: .getEncryptionConfiguration, .served { try await $0.getBucketEncryption($1) }),
        row(
            .putBucketEncryption, .put, query: "encryption",
            action: .putEncryptionConfiguration, .served { try await $0.putBucketEncryption($1) }),
        row(
            .deleteBucketIntelligentTieringConfiguration, .delete, query: "intelligent-tiering",
            action: .putIntelligentTieringConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .getBucketIntelligentTieringConfiguration, .get, query: "intelligent-tiering", parameter: "id",
            action: .getIntelligentTieringConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .listBucketIntelligentTieringConfigurations, .get, query: "intelligent-tiering",
            action: .getIntelligentTieringConfiguration,
            .served { _, _ in .noneConfigured("ListBucketIntelligentTieringConfigurationsOutput") }),
        row(
            .putBucketIntelligentTieringConfiguration, .put, query: "intelligent-tiering",
            action: .putIntelligentTieringConfiguration, .notImplemented),
        row(
            .deleteBucketInventoryConfiguration, .delete, query: "inventory",
            action: .putInventoryConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .getBucketInventoryConfiguration, .get, query: "inventory", parameter: "id",
            action: .getInventoryConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .listBucketInventoryConfigurations, .get, query: "inventory",
            action: .getInventoryConfiguration,
            .served { _, _ in .noneConfigured("ListInventoryConfigurationsResult") }),
        row(
            .putBucketInventoryConfiguration, .put, query: "inventory",
            action: .putInventoryConfiguration, .notImplemented),
        row(
            .deleteBucketLifecycle, .delete, query: "lifecycle",
            action: .putLifecycleConfiguration, .served { try await $0.deleteBucketLifecycle($1) }),
        row(
            .getBucketLifecycle, .get, query: "lifecycle",
            action: .getLifecycleConfiguration, .sameAs(.getBucketLifecycleConfiguration)),
        row(
            .getBucketLifecycleConfiguration, .get, query: "lifecycle",
            action: .getLifecycleConfiguration, .served { try await $0.getBucketLifecycleConfiguration($1) }),
        row(
            .putBucketLifecycle, .put, query: "lifecycle",
            action: .putLifecycleConfiguration, .sameAs(.putBucketLifecycleConfiguration)),
        row(
            .putBucketLifecycleConfiguration, .put, query: "lifecycle",
            action: .putLifecycleConfiguration, .served { try await $0.putBucketLifecycleConfiguration($1) }),
        row(
            .listObjectsV2, .get, query: "list-type=2",
            action: .listBucket, .served { try await $0.listObjectsV2($1) }),
        row(
            .getBucketLocation, .get, query: "location",
            action: .getBucketLocation, .served { try await $0.getBucketLocation($1) }),
        row(
            .getBucketLogging, .get, query: "logging",
            action: .getBucketLogging, .served { try await $0.getBucketLogging($1) }),
        row(
            .putBucketLogging, .put, query: "logging",
            action: .putBucketLogging, .served { try await $0.putBucketLogging($1) }),
        row(
            .updateBucketMetadataAnnotationTableConfiguration, .put, query: "metadataAnnotationTable",
            action: nil, .notImplemented),
        row(
            .createBucketMetadataConfiguration, .post, query: "metadataConfiguration",
            action: nil, .notImplemented),
        row(
            .deleteBucketMetadataConfiguration, .delete, query: "metadataConfiguration",
            action: nil, .notImplemented),
        row(
            .getBucketMetadataConfiguration, .get, query: "metadataConfiguration",
            action: nil, .notImplemented),
        row(
            .updateBucketMetadataInventoryTableConfiguration, .put, query: "metadataInventoryTable",
            action: nil, .notImplemented),
        row(
            .updateBucketMetadataJournalTableConfiguration, .put, query: "metadataJournalTable",
            action: nil, .notImplemented),
        row(
            .createBucketMetadataTableConfiguration, .post, query: "metadataTable",
            action: nil, .notImplemented),
        row(
            .deleteBucketMetadataTableConfiguration, .delete, query: "metadataTable",
            action: nil, .notImplemented),
        row(.getBucketMetadataTableConfiguration, .get, query: "metadataTable", action: nil, .notImplemented),
        row(
            .deleteBucketMetricsConfiguration, .delete, query: "metrics",
            action: .putMetricsConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .getBucketMetricsConfiguration, .get, query: "metrics", parameter: "id",
            action: .getMetricsConfiguration, .notConfigured(.noSuchConfiguration)),
        row(
            .listBucketMetricsConfigurations, .get, query: "metrics",
            action: .getMetricsConfiguration,
            .served { _, _ in .noneConfigured("ListMetricsConfigurationsResult") }),
        row(
            .putBucketMetricsConfiguration, .put, query: "metrics",
            action: .putMetricsConfiguration, .notImplemented),
        row(
            .getBucketNotification, .get, query: "notification",
            action: .getBucketNotification, .sameAs(.getBucketNotificationConfiguration)),
        row(
            .getBucketNotificationConfiguration, .get, query: "notification",
            action: .getBucketNotification,
            .served { try await $0.getBucketNotificationConfiguration($1) }),
        row(
            .putBucketNotification, .put, query: "notification",
            action: .putBucketNotification, .sameAs(.putBucketNotificationConfiguration)),
        row(
            .putBucketNotificationConfiguration, .put, query: "notification",
            action: .putBucketNotification,
            .served { try await $0.putBucketNotificationConfiguration($1) }),
        row(
            .getObjectLockConfiguration, .get, query: "object-lock",
            action: .getBucketObjectLockConfiguration, .served { try await $0.getObjectLockConfiguration($1) }
        ),
        row(
            .putObjectLockConfiguration, .put, query: "object-lock",
            action: .putBucketObjectLockConfiguration, .served { try await $0.putObjectLockConfiguration($1) }
        ),
        row(
            .deleteBucketOwnershipControls, .delete, query: "ownershipControls",
            action: .putBucketOwnershipControls, .served { try await $0.deleteBucketOwnershipControls($1) }),
        row(
            .getBucketOwnershipControls, .get, query: "ownershipControls",
            action: .getBucketOwnershipControls, .served { try await $0.getBucketOwnershipControls($1) }),
        row(
            .putBucketOwnershipControls, .put, query: "ownershipControls",
            action: .putBucketOwnershipControls, .served { try await $0.putBucketOwnershipControls($1) }),
        row(
            .deleteBucketPolicy, .delete, query: "policy", action: .deleteBucketPolicy,
            .served { try await $0.deleteBucketPolicy($1) }),
        row(
            .getBucketPolicy, .get, query: "policy",
            action: .getBucketPolicy, .served { try await $0.getBucketPolicy($1) }),
        row(
            .putBucketPolicy, .put, query: "policy", action: .putBucketPolicy,
            .served { try await $0.putBucketPolicy($1) }),
        row(
            .getBucketPolicyStatus, .get, query: "policyStatus",
            action: .getBucketPolicyStatus, .served { try await $0.getBucketPolicyStatus($1) }),
        row(
            .deletePublicAccessBlock, .delete, query: "publicAccessBlock",
            action: .putBucketPublicAccessBlock, .served { try await $0.deletePublicAccessBlock($1) }),
        row(
            .getPublicAccessBlock, .get, query: "publicAccessBlock",
            action: .getBucketPublicAccessBlock, .served { try await $0.getPublicAccessBlock($1) }),
        row(
            .putPublicAccessBlock, .put, query: "publicAccessBlock",
            action: .putBucketPublicAccessBlock, .served { try await $0.putPublicAccessBlock($1) }),
        row(
            .deleteBucketReplication, .delete, query: "replication",
            action: .putReplicationConfiguration, .notImplemented),
        row(
            .getBucketReplication, .get, query: "replication",
            action: .getReplicationConfiguration, .notConfigured(.replicationConfigurationNotFound)),
        row(
            .putBucketReplication, .put, query: "replication",
            action: .putReplicationConfiguration, .notImplemented),
        row(
            .getBucketRequestPayment, .get, query: "requestPayment",
            action: .getBucketRequestPayment, .served { try await $0.getBucketRequestPayment($1) }),
        row(
            .putBucketRequestPayment, .put, query: "requestPayment",
            action: .putBucketRequestPayment, .served { try await $0.putBucketRequestPayment($1) }),
        row(.createSession, .get, query: "session", action: nil, .notImplemented),
        row(
            .deleteBucketTagging, .delete, query: "tagging", action: .putBucketTagging,
            .served { try await $0.deleteBucketTagging($1) }),
        row(
            .getBucketTagging, .get, query: "tagging",
            action: .getBucketTagging, .served { try await $0.getBucketTagging($1) }),
        row(
            .putBucketTagging, .put, query: "tagging", action: .putBucketTagging,
            .served { try await $0.putBucketTagging($1) }),
        row(
            .listMultipartUploads, .get, query: "uploads",
            action: .listBucketMultipartUploads, .served { try await $0.listMultipartUploads($1) }),
        row(
            .getBucketVersioning, .get, query: "versioning",
            action: .getBucketVersioning, .served { try await $0.getBucketVersioning($1) }),
        row(
            .putBucketVersioning, .put, query: "versioning",
            action: .putBucketVersioning, .served { try await $0.putBucketVersioning($1) }),
        row(
            .listObjectVersions, .get, query: "versions",
            action: .listBucketVersions, .served { try await $0.listObjectVersions($1) }),
        row(
            .deleteBucketWebsite, .delete, query: "website", action: .deleteBucketWebsite,
            .served { try await $0.deleteBucketWebsite($1) }),
        row(
            .getBucketWebsite, .get, query: "website",
            action: .getBucketWebsite, .served { try await $0.getBucketWebsite($1) }),
        row(
            .putBucketWebsite, .put, query: "website", action: .putBucketWebsite,
            .served { try await $0.putBucketWebsite($1) }),
    ]

    private static func row(
        _ operation: S3Operation, _ method: HTTPMethod, query: String? = nil, parameter: String? = nil,
        header: String? = nil, action: Action?, _ answer: Answer
    ) -> S3OperationRow {
        S3OperationRow(
            operation: operation, level: .bucket, method: method, query: query, parameter: parameter,
            header: header,
            action: action, answer: answer)
    }
}
