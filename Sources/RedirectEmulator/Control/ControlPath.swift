import Core

/// A pattern of paths of the control API, as the guide writes it: `R/requests/SEQ`.
///
/// A segment in capitals is a parameter. `R` at the start is `/_emulator`, for the resource `default`, or
/// `/_emulator/resources/NAME`.
package struct ControlPath: Sendable, Equatable {
  /// A parameter in a path.
  package enum Parameter: String, Sendable, CaseIterable {
    /// A resource's name.
    case name = "NAME"
    /// A request's number.
    case seq = "SEQ"
    /// A call's id.
    case id = "ID"

    /// A rule's place among the rules, from 0.
    case index = "INDEX"

    /// Whether it is a whole number, and not text.
    package var isNumber: Bool { self == .seq || self == .index }
  }

  /// The values of a path's parameters.
  struct Values: Equatable {
    var name = ResourceStore.defaultName
    var seq: UInt64 = 0
    var id = ""
    var index = 0
  }

  package enum Segment: Sendable, Equatable {
    case text(String)
    case parameter(Parameter)
  }

  /// From the root; `/a/b` has two.
  package let segments: [Segment]

  /// The paths that a pattern stands for: two where it begins with `R`.
  package static func all(_ pattern: String) -> [ControlPath] {
    guard pattern.hasPrefix("R/") else { return [ControlPath(pattern)] }
    let rest = pattern.dropFirst()
    return [ControlPath("/_emulator" + rest), ControlPath("/_emulator/resources/NAME" + rest)]
  }

  private init(_ pattern: String) {
    segments = Self.split(pattern).map { text in
      Parameter(rawValue: String(text)).map { .parameter($0) } ?? .text(String(text))
    }
  }

  /// The parts of a path between and after its slashes.
  static func split(_ path: String) -> [Substring] {
    path.utf8.split(separator: ASCII.slash, omittingEmptySubsequences: false).dropFirst()
      .map { Substring($0) }
  }

  /// Whether a path with the same number of segments has the pattern's fixed texts in their places. The last segments
  /// are compared first, because patterns differ most in them.
  private func hasTexts(of path: [Substring]) -> Bool {
    for place in segments.indices.reversed() {
      if case .text(let expected) = segments[place],
        !expected.utf8.elementsEqual(path[place].utf8)
      {
        return false
      }
    }
    return true
  }

  /// The parameters' values in a path; nil if the path is not one of these.
  /// - Parameter path: percent-decoded, split at its slashes.
  func values(in path: [Substring]) -> Values? {
    guard path.count == segments.count, hasTexts(of: path) else { return nil }
    var values = Values()
    for (segment, text) in zip(segments, path) {
      switch segment {
      case .text: break
      case .parameter(.name):
        if text.isEmpty { return nil }
        values.name = String(text)
      case .parameter(.seq):
        guard let seq = UInt64(text) else { return nil }
        values.seq = seq
      case .parameter(.index):
        guard let index = Int(text), index >= 0 else { return nil }
        values.index = index
      case .parameter(.id):
        if text.isEmpty { return nil }
        values.id = String(text)
      }
    }
    return values
  }

  /// As OpenAPI writes it: `/_emulator/requests/{seq}`.
  package var template: String {
    segments.map { segment in
      switch segment {
      case .text(let text): "/" + text
      case .parameter(let parameter): "/{" + parameter.rawValue.lowercased() + "}"
      }
    }.joined()
  }

  package var parameters: [Parameter] {
    segments.compactMap { if case .parameter(let parameter) = $0 { parameter } else { nil } }
  }
}
