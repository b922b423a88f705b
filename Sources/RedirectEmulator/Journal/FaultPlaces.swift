import Core
import Documents

/// Finds the lines and columns of the values that a check found wrong in a body. Refusals do not have them.
struct FaultPlaces {
  private let document: Result<DocumentNode, DocumentErrors>

  /// - Parameter content: nil if it is not UTF-8.
  init?(_ content: ArraySlice<UInt8>) {
    guard let text = String(validating: content, as: UTF8.self) else { return nil }
    do throws(DocumentErrors) {
      document = .success(try Document.parse(text, as: .json))
    } catch {
      document = .failure(error)
    }
  }

  /// The line and the column, from 1, of a value.
  ///
  /// - Parameter target: its path, `target.extras[2].a`; `$` for the whole.
  /// - Returns: for a missing value the place of the object that should have it; nil if the body cannot be read that
  ///   far.
  func place(of target: String) -> DocumentPlace? {
    switch document {
    case .success(let node):
      let found = target == "$" ? node : Self.find(target[...], in: node)
      return DocumentPlace(line: found.line, column: found.column)
    case .failure(let errors):
      guard target == "$", let issue = errors.issues.first else { return nil }
      return DocumentPlace(line: issue.line, column: issue.column)
    }
  }

  private static func find(_ path: Substring, in node: DocumentNode) -> DocumentNode {
    let path = path.first == "." ? path.dropFirst() : path
    switch node.content {
    case .object(let members):
      // A name may contain dots itself: the longest one that fits is meant.
      let fitting = members.filter { member in
        guard path.hasPrefix(member.name) else { return false }
        let rest = path.dropFirst(member.name.count)
        return rest.isEmpty || rest.first == "." || rest.first == "["
      }
      guard let member = fitting.max(by: { $0.name.utf8.count < $1.name.utf8.count }) else {
        return node
      }
      return find(path.dropFirst(member.name.count), in: member.value)
    case .array(let elements):
      guard path.first == "[", let end = path.firstIndex(of: "]"),
        let index = Int(path[path.index(after: path.startIndex)..<end]),
        elements.indices.contains(index)
      else { return node }
      return find(path[path.index(after: end)...], in: elements[index])
    default: return node
    }
  }
}
