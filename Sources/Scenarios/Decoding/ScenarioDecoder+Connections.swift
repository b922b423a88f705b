import Core
import Documents

extension ScenarioDecoder {
  static func connectionRule(_ value: DocumentValue, index: Int) -> ConnectionRule? {
    guard let reader = value.object(ScenarioNames.connectionRule) else { return nil }
    let name = name(reader["name"]) ?? "connections[\(index)]"
    let connections = ordinals(reader["connections"])
    let every = every(reader["every"])
    let chance = percentage(reader["chance"])
    let during = window(reader["during"])
    guard let fault = reader.required("fault").flatMap(connectionFault) else { return nil }
    var rule = ConnectionRule(
      name: name, connections: connections, every: every, chance: chance, during: during,
      fault: fault)
    rule.source = value.node
    return rule
  }

  private static func connectionFault(_ value: DocumentValue) -> ConnectionFault? {
    guard let (name, parameters) = nameAndParameters(value, of: "fault") else { return nil }
    switch name {
    case "refuse", "silent":
      _ = parameters?.object([])
      return name == "refuse" ? .refuse : .silent
    case "tls":
      guard let parameters else {
        value.refuse("'tls' needs one of \(ScenarioNames.tls.joined(separator: ", ")).")
        return nil
      }
      return tls(parameters).map { .tls($0) }
    default:
      if FaultTable.requestFaults.contains(where: { $0.row.name == name }) {
        value.refuse("'\(name)' is a fault of requests: it belongs under 'rules'.")
      } else {
        value.refuse(
          "There is no fault '\(name.prefix(64))'."
            + NearestName.hint(for: name, among: ConnectionFault.rows.map(\.name)))
      }
      return nil
    }
  }

  private static func tls(_ value: DocumentValue) -> TLSFault? {
    let issuesBefore = value.issues.issues.count
    guard let reader = value.object(ScenarioNames.tls) else { return nil }
    var tls = TLSFault()
    tls.certificate = reader["certificate"]?
      .name(among: TLSFault.Certificate.allCases.map(\.rawValue), what: "certificate")
      .flatMap { TLSFault.Certificate(rawValue: $0) }
    tls.alert = reader["alert"]?
      .name(among: TLSAlert.allCases.map(\.name), what: "alert")
      .flatMap { TLSAlert(name: $0) }
    tls.stall = reader["stall"]?.bool() ?? false
    if let version = reader["maxVersion"] {
      tls.maxVersion = TLSFault.Version(rawValue: version.node.text)
      if tls.maxVersion == nil {
        version.refuse(
          expected: "one of " + TLSFault.Version.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
    tls.noCloseNotify = reader["noCloseNotify"]?.bool() ?? false
    reader.refuse(
      "alert", with: ["stall", "certificate", "maxVersion"],
      because: "the alert ends the handshake before them")
    // A part that is wrong is already recorded, and counts as a part.
    if value.issues.issues.count == issuesBefore, tls == TLSFault(),
      reader.members.allSatisfy({ !$0.value.isNull })
    {
      value.refuse("'tls' needs one of \(ScenarioNames.tls.joined(separator: ", ")).")
    }
    return tls
  }
}
