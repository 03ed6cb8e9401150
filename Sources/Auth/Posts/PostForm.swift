/// The fields of a browser form before its file.
package struct PostForm: Sendable {
    package typealias Field = (name: String, value: String)

    /// Names in lower case, each once; a `bucket` among them is not believed.
    package let fields: [Field]
    /// The bucket that the form was sent to.
    package let bucket: String

    package init(_ fields: [Field], bucket: String) {
        self.fields = fields
        self.bucket = bucket
    }

    /// The value of the field with this name, in lower case.
    package subscript(name: String) -> String? {
        if name == "bucket" { return bucket }
        return fields.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
