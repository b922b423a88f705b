import CYAML

/// Reads a text as YAML 1.1 event by event: nothing is nested, kept or expanded
/// here. The code that reads the events sets the limits.
package struct YAMLReader: ~Copyable {
  /// On the heap, because libyaml points into its own structure.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// A copy of the text, which libyaml reads from while it parses.
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// - Throws: if there is no memory for a reader.
  package init(_ text: String) throws(DocumentFault) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw DocumentFault("there is no memory for a reader", at: DocumentPlace(line: 1, column: 1))
    }
    self.parser = parser
    self.text = .allocate(capacity: text.utf8.count)
    _ = self.text.initialize(from: text.utf8)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// The next event; after `streamEnd` it returns `streamEnd` again.
  ///
  /// - Throws: if the text is not YAML.
  package mutating func next() throws(DocumentFault) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
    defer { yaml_event_delete(&event) }
    let place = DocumentPlace(event.start_mark)
    switch event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(.streamStart, at: place)
    case YAML_DOCUMENT_START_EVENT: return YAMLEvent(.documentStart, at: place)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(.documentEnd, at: place)
    case YAML_ALIAS_EVENT:
      return YAMLEvent(.alias(string(event.data.alias.anchor) ?? ""), at: place)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return YAMLEvent(
        .scalar(
          .init(
            text: String(decoding: bytes, as: UTF8.self),
            isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)),
        anchor: string(scalar.anchor), tag: string(scalar.tag), at: place)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return YAMLEvent(
        .sequenceStart, anchor: string(start.anchor), tag: string(start.tag), at: place)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return YAMLEvent(
        .mappingStart, anchor: string(start.anchor), tag: string(start.tag), at: place)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return YAMLEvent(.end, at: place)
    default: return YAMLEvent(.streamEnd, at: place)
    }
  }

  private func string(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    characters.map { String(cString: $0) }
  }

  private func error() -> DocumentFault {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    guard parser.pointee.error != YAML_READER_ERROR else {
      // The reader knows bytes only.
      return DocumentFault(
        problem, at: place(ofByte: min(parser.pointee.problem_offset, text.count)))
    }
    let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
    return DocumentFault(context + problem, at: DocumentPlace(parser.pointee.problem_mark))
  }

  private func place(ofByte offset: Int) -> DocumentPlace {
    var place = DocumentPlace(line: 1, column: 1)
    let text = UnsafeBufferPointer(text)
    place.pass(0..<offset, of: text.span)
    return place
  }
}

extension DocumentPlace {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
