import CYAML

/// Reads a text as YAML 1.1, of which JSON is nearly a part, event by event: nothing is nested, kept or expanded
/// here, so that what reads the events sets the bounds.
package struct YAMLReader: ~Copyable {
  /// On the heap, since libyaml points into its own structure.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// A copy of the text, which libyaml reads from while it parses.
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// - Throws: where there is no memory for a reader.
  package init(_ text: String) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw YAMLError("there is no memory for a reader", at: YAMLMark(line: 1, column: 1))
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

  /// The next event; after `streamEnd` that again.
  ///
  /// - Throws: where the text is no YAML.
  package mutating func next() throws(YAMLError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
    defer { yaml_event_delete(&event) }
    let mark = YAMLMark(event.start_mark)
    switch event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(.streamStart, mark: mark)
    case YAML_DOCUMENT_START_EVENT: return YAMLEvent(.documentStart, mark: mark)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(.documentEnd, mark: mark)
    case YAML_ALIAS_EVENT:
      return YAMLEvent(.alias(string(event.data.alias.anchor) ?? ""), mark: mark)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return YAMLEvent(
        .scalar(
          .init(
            text: String(decoding: bytes, as: UTF8.self),
            isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)),
        anchor: string(scalar.anchor), tag: string(scalar.tag), mark: mark)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return YAMLEvent(
        .sequenceStart, anchor: string(start.anchor), tag: string(start.tag), mark: mark)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return YAMLEvent(
        .mappingStart, anchor: string(start.anchor), tag: string(start.tag), mark: mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return YAMLEvent(.end, mark: mark)
    default: return YAMLEvent(.streamEnd, mark: mark)
    }
  }

  private func string(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    characters.map { String(cString: $0) }
  }

  private func error() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    guard parser.pointee.error != YAML_READER_ERROR else {
      // The reader knows bytes only.
      return YAMLError(
        problem, at: mark(ofByte: min(parser.pointee.problem_offset, text.count)))
    }
    let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
    return YAMLError(context + problem, at: YAMLMark(parser.pointee.problem_mark))
  }

  private func mark(ofByte offset: Int) -> YAMLMark {
    var mark = YAMLMark(line: 1, column: 1)
    for byte in text[..<offset] {
      if byte == 0x0A {
        mark.line += 1
        mark.column = 1
      } else if byte & 0xC0 != 0x80 {
        mark.column += 1
      }
    }
    return mark
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
