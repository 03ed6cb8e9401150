/// An element of a document that was read, with everything inside it.
package struct XMLElement: Sendable {
    /// The name without its prefix.
    package let name: String
    /// The namespace that the prefix, or the default declaration, stands for.
    package let namespace: String?
    /// The attributes in the order of the document, named without prefix; namespace declarations are
    /// not among them.
    package let attributes: [(name: String, value: String)]
    /// The elements directly inside, in the order of the document.
    package let children: [XMLElement]
    /// The character data directly inside, exactly as written and joined across children and comments.
    package let text: String

    /// The first child of that name, in whatever namespace.
    package func first(_ name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// The children of that name, in whatever namespace.
    package func all(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The text of the first child of that name.
    package func text(of name: String) -> String? {
        first(name)?.text
    }

    /// The value of the first attribute of that name.
    package func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
