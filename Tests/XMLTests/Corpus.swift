/// Documents as S3 clients send them.
enum Corpus {
    static let documents = [
        completeMultipartUpload, delete, createBucketConfiguration, tagging, versioning, accessControl, cors,
        lifecycle, notification, restore, select, unusual,
    ]

    static let completeMultipartUpload = """
        <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part>\
        <ETag>&quot;a54357aff0632cce46d942af68356b38&quot;</ETag><PartNumber>1</PartNumber></Part><Part>\
        <ETag>"0c78aef83f66abc1fa1e8477f296d394"</ETag><PartNumber>2</PartNumber>\
        <ChecksumCRC32C>yZRlqg==</ChecksumCRC32C></Part></CompleteMultipartUpload>
        """

    static let delete = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
          <Quiet>true</Quiet>
          <Object><Key>folder/ä ö &amp; &lt;b&gt;.txt</Key></Object>
          <Object><Key>line&#10;feed&#13;\tand tab</Key><VersionId>3HL4kqtJlcpXroDTDmjVBH40Nrjfkd</VersionId></Object>
          <Object><Key> 空白 </Key></Object>
        </Delete>
        """

    static let createBucketConfiguration = """
        <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
        <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>
        """

    static let tagging = """
        <Tagging><TagSet><Tag><Key>project</Key><Value>one &amp; two</Value></Tag>\
        <Tag><Key>empty</Key><Value/></Tag></TagSet></Tagging>
        """

    static let versioning = """
        <VersioningConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Status>Enabled</Status>\
        <MfaDelete>Disabled</MfaDelete></VersioningConfiguration>
        """

    static let accessControl = """
        <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>owner</ID></Owner>\
        <AccessControlList><Grant>\
        <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">\
        <URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission>\
        </Grant></AccessControlList></AccessControlPolicy>
        """

    static let cors = """
        <CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>\
        <AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>3000</MaxAgeSeconds>\
        </CORSRule></CORSConfiguration>
        """

    static let lifecycle = """
        <LifecycleConfiguration><Rule><ID>id</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key>\
        <Value>b</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>365</Days></Expiration>\
        <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>\
        </AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>
        """

    static let notification = """
        <NotificationConfiguration><QueueConfiguration><Id>1</Id><Queue>arn:aws:sqs:us-east-1:1:q</Queue>\
        <Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>suffix</Name><Value>.jpg</Value>\
        </FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>
        """

    static let restore = """
        <RestoreRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Days>2</Days>\
        <GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters></RestoreRequest>
        """

    static let select = """
        <SelectObjectContentRequest><Expression><![CDATA[select * from s3object s where s.a < 3 && s.b > 4]]>\
        </Expression><ExpressionType>SQL</ExpressionType></SelectObjectContentRequest>
        """

    static let unusual = """
        \u{FEFF}<?xml version='1.0' encoding='utf-8' standalone='yes'?><!-- before -->
        <?target data?><s:a xmlns:s="urn:s" xmlns="urn:d" one='1 &quot; "' s:two="&#x41;&#10;\u{1F600}">\
        text<b/><!-- inside --><?target data?><s:c xmlns:s="urn:other">&#x1F600;</s:c>more ]] &gt;</s:a>
        <!-- after -->
        """
}
