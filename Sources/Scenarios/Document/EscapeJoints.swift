/// Where two escapes of a text became one that is shorter, so that columns behind them can be told as they were.
struct EscapeJoints: Sendable {
  /// Characters of the one escape: `\U0001f600`.
  static let shortened = 10
  /// By how many characters the two were longer.
  private static let lost = 2

  /// By line: the columns in the shortened text, in their order.
  private var columns: [Int: [Int]] = [:]

  var isEmpty: Bool { columns.isEmpty }

  mutating func add(line: Int, column: Int) {
    columns[line, default: []].append(column)
  }

  /// The column in the text as it was.
  func column(_ column: Int, line: Int) -> Int {
    guard let joints = columns[line] else { return column }
    var low = 0
    var high = joints.count
    while low < high {
      let middle = (low + high) / 2
      if joints[middle] < column { low = middle + 1 } else { high = middle }
    }
    return column + low * Self.lost
  }
}

extension DocumentNode {
  /// Tells all columns as they were before escapes were joined.
  mutating func moveColumns(_ joints: EscapeJoints) {
    column = joints.column(column, line: line)
    switch content {
    case .array(var elements):
      for index in elements.indices { elements[index].moveColumns(joints) }
      content = .array(elements)
    case .object(var members):
      for index in members.indices {
        members[index].column = joints.column(members[index].column, line: members[index].line)
        members[index].value.moveColumns(joints)
      }
      content = .object(members)
    case .null, .bool, .integer, .number, .string: break
    }
  }
}
