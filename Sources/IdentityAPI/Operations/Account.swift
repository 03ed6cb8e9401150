import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, "GetAccountSummary".
    static let account: [IdentityOperation] = [
        IdentityOperation(
            "GetAccountSummary", "GetAccountSummaryResponse", "GetAccountSummaryResult", .nothing
        ) { door, call, xml in
            var facts: [(String, Int)] = [
                ("AccessKeysPerUserQuota", Identity.keyLimit), ("GroupsPerUserQuota", Identity.groupLimit),
                ("UserPolicySizeQuota", Identity.Kind.user.policyLimit),
                ("GroupPolicySizeQuota", Identity.Kind.group.policyLimit),
                ("AssumeRolePolicySizeQuota", Identity.trustLimit),
                ("AttachedPoliciesPerUserQuota", Identity.attachmentLimit),
                ("AttachedPoliciesPerGroupQuota", Identity.attachmentLimit),
                ("AttachedPoliciesPerRoleQuota", Identity.attachmentLimit), ("Policies", 0),
                ("MFADevices", 0), ("Providers", 0),
            ]
            for kind in Identity.Kind.allCases {
                let found = try await door.accounts.identities(
                    kind, of: call.account, after: nil, limit: kind.limit)
                facts += [("\(kind.title)s", found.count), ("\(kind.title)sQuota", kind.limit)]
            }
            let keys = try await door.accounts.accessKeys(of: call.account)
            facts.append(("AccountAccessKeysPresent", keys.contains { $0.owner == nil } ? 1 : 0))
            xml.open("SummaryMap")
            for (name, value) in facts {
                xml.open("entry")
                xml.element("key", name)
                xml.element("value", value)
                xml.close()
            }
            xml.close()
        },
        // Tools ask before they make one; there is none, because nobody else's word is taken here.
        IdentityOperation(
            "ListOpenIDConnectProviders", "ListOpenIDConnectProvidersResponse",
            "ListOpenIDConnectProvidersResult", .nothing
        ) { _, _, xml in
            xml.empty("OpenIDConnectProviderList")
        },
    ]
}
