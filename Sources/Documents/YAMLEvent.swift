/// One step of reading a YAML stream (YAML 1.2.2 §3.1, the serialization tree as events).
package struct YAMLEvent: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case streamStart
    case documentStart
    /// A value that is elsewhere under this anchor.
    case alias(String)
    case scalar(Scalar)
    case sequenceStart
    case mappingStart
    /// The end of the sequence or mapping that was begun last.
    case end
    case documentEnd
    case streamEnd
  }

  package struct Scalar: Sendable, Hashable {
    package var text: String
    /// Written without quotes, and not as a block.
    package var isPlain: Bool

    package init(text: String, isPlain: Bool) {
      self.text = text
      self.isPlain = isPlain
    }
  }

  package var kind: Kind
  /// The anchor that this value may be referred to by.
  package var anchor: String?
  /// The tag, in full: `tag:yaml.org,2002:str` for `!!str`.
  package var tag: String?
  /// Where it begins.
  package var place: DocumentPlace

  package init(_ kind: Kind, anchor: String? = nil, tag: String? = nil, at place: DocumentPlace) {
    self.kind = kind
    self.anchor = anchor
    self.tag = tag
    self.place = place
  }
}
