import HTTP1

extension ControlRoute {
  /// Every call of the control API, in the guide's order. The guide ControlAPI says more about each.
  package static let all: [ControlRoute] =
    ofServer + ofResources + ofJournal + ofConnections + ofTokensCallsClock + ofScenario

  private static let ofServer: [ControlRoute] = [
    ControlRoute(
      .get, "/_emulator/health", in: "Server", "getHealth", "Whether the emulator is ready.",
      response: .ok(.json("Health")), access: .reading,
      .server(ControlAPI.health)),
    ControlRoute(
      .get, "/_emulator/", in: "Server", "getPage", "The live page.",
      response: .ok(.text("text/html")), access: .page,
      .server(ControlAPI.page)),
    ControlRoute(
      .get, "/_emulator", in: "Server", "findPage", "Leads to the live page.",
      response: ControlRoute.Response(statuses: [308], content: nil), access: .page,
      .server(ControlAPI.findPage)),
    ControlRoute(
      .get, "/_emulator/openapi.json", in: "Server", "getOperationDocument",
      "The operation as the resource default serves it, in OpenAPI 3.1.",
      parameters: [ControlParameter("api-version", .text, "The version to describe.")],
      response: .ok(.json("Document")), access: .reading, work: .long,
      .server(ControlAPI.openAPI)),
    ControlRoute(
      .get, "/_emulator/openapi-control.json", in: "Server", "getControlDocument",
      "The control API, in OpenAPI 3.1.",
      response: .ok(.json("Document")), access: .reading, work: .long,
      .server(ControlAPI.openAPIControl)),
    ControlRoute(
      .get, "/_emulator/scenario.schema.json", in: "Server", "getScenarioSchema",
      "The JSON Schema of scenario files.",
      response: .ok(.json("Document")), access: .reading,
      .server(ControlAPI.scenarioSchema)),
    ControlRoute(
      .get, "/metrics", in: "Server", "getMetrics", "Figures in Prometheus' text format.",
      response: .ok(.text("text/plain")), access: .reading, work: .byResources,
      .server(ControlAPI.metrics)),
    ControlRoute(
      .get, "/_emulator/ca.pem", in: "Server", "getCertificateAuthority",
      "The CA's certificate.",
      response: .ok(.text("application/pem-certificate-chain")), access: .trust,
      .server(ControlAPI.certificateAuthority)),
    ControlRoute(
      .get, "/_emulator/ca-bundle.pem", in: "Server", "getCertificateBundle",
      "The certificates of the system's CAs and of the emulator's.",
      response: .ok(.text("application/pem-certificate-chain")), access: .trust, work: .long,
      .server(ControlAPI.certificateBundle)),
    ControlRoute(
      .get, "/_emulator/truststore.jks", in: "Server", "getTrustStore",
      "The same certificates as a trust store for Java, JKS.",
      response: .ok(.text("application/x-java-keystore")), access: .trust, work: .long,
      .server(ControlAPI.javaTrustStore)),
  ]

  private static let ofResources: [ControlRoute] = [
    ControlRoute(
      .get, "/_emulator/resources", in: "Resources", "listResources", "All resources.",
      parameters: [
        ControlParameter(
          "summary", .choice(["true"]), "Of each its counts instead of its credentials.")
      ],
      response: .ok(.json("Resources")), work: .long, .server(ControlAPI.listResources)),
    ControlRoute(
      .post, "/_emulator/resources", in: "Resources", "makeResource", "Makes a resource.",
      body: .optional(.json("ResourceRequest")), response: .created(.json("Resource")),
      work: .long, .server(ControlAPI.makeResource)),
    ControlRoute(
      .get, "/_emulator/resources/NAME", in: "Resources", "getResource", "One resource.",
      response: .ok(.json("Resource")), .resource(ControlAPI.describe)),
    ControlRoute(
      .delete, "/_emulator/resources/NAME", in: "Resources", "removeResource",
      "Removes a resource, and shows its journal.",
      response: .ok(.json("Requests")), work: .long, .resource(ControlAPI.removeResource)),
  ]

  private static let ofJournal: [ControlRoute] = [
    ControlRoute(
      .get, "R/requests", in: "Journal", "listRequests",
      "The journal, oldest first by default.",
      parameters: ControlParameter.journalPage, response: .ok(.json("Requests")),
      work: .long, .resource(ControlAPI.requests)),
    ControlRoute(
      .get, "R/requests/SEQ", in: "Journal", "getRequest", "One request, with its bytes.",
      response: .ok(.json("RawRequest")), work: .long, .resource(ControlAPI.request)),
    ControlRoute(
      .delete, "R/requests", in: "Journal", "clearRequests", "Empties the journal.",
      response: .noContent, work: .long, .resource(ControlAPI.clearJournal)),
    ControlRoute(
      .get, "R/operations", in: "Operations", "listOperations",
      "The journal by Repeatability-Request-ID, oldest first by default.",
      parameters: ControlParameter.journalPage, response: .ok(.json("Operations")),
      work: .long, .resource(ControlAPI.operations)),
    ControlRoute(
      .post, "R/verify", in: "Verify", "verify", "Checks what is expected of the journal.",
      parameters: [
        ControlParameter("status", .choice(["200"]), "A check that fails is 200 too, not 417."),
        ControlParameter(
          "within", .text, "Waits until all holds, at most so long: a duration, up to 10m."),
      ],
      body: .required(.json("VerifyRequest")),
      response: Response(statuses: [200, 417], content: .json("VerifyReport")),
      work: .long, .verify),
  ]

  private static let ofConnections: [ControlRoute] = [
    ControlRoute(
      .get, "R/connections", in: "Failed connections", "listConnections",
      "Connections that failed before there was a request, oldest first.",
      parameters: ControlParameter.failedConnections,
      response: .ok(.json("FailedConnections")), work: .long,
      .resource(ControlAPI.failedConnections))
  ]

  private static let ofTokensCallsClock: [ControlRoute] = [
    ControlRoute(
      .post, "R/tokens", in: "Tokens, calls, clock", "makeToken",
      "Makes a user access token, or an Entra token.",
      body: .optional(.json("TokenRequest")), response: .ok(.json("Token")),
      .resource(ControlAPI.makeToken)),
    ControlRoute(
      .get, "R/identity", in: "Tokens, calls, clock", "getIdentityToken",
      "The managed-identity endpoint, in the form of App Service.",
      parameters: ControlParameter.identity, response: .ok(.json("IdentityToken")),
      access: .identity, .server(ControlAPI.identity)),
    ControlRoute(
      .get, "R/calls", in: "Tokens, calls, clock", "listCalls",
      "The registered and the seen calls, newest first.",
      parameters: ControlParameter.calls, response: .ok(.json("Calls")), work: .long,
      .resource(ControlAPI.listCalls)),
    ControlRoute(
      .post, "R/calls", in: "Tokens, calls, clock", "registerCall", "Makes a call that rings.",
      body: .optional(.json("CallRequest")), response: .created(.json("Call")),
      .resource(ControlAPI.registerCall)),
    ControlRoute(
      .get, "R/calls/ID", in: "Tokens, calls, clock", "getCall", "One call.",
      response: .ok(.json("Call")), work: .long, .resource(ControlAPI.call)),
    ControlRoute(
      .delete, "R/calls/ID", in: "Tokens, calls, clock", "removeCall",
      "Forgets a registered call.", response: .noContent, work: .long,
      .resource(ControlAPI.removeCall)),
    ControlRoute(
      .post, "R/calls/ID/deliver", in: "Tokens, calls, clock", "deliverCall",
      "Delivers a registered call's event once more.", response: .ok(.json("Call")), work: .long,
      .resource(ControlAPI.deliverCall)),
    ControlRoute(
      .get, "R/clock", in: "Tokens, calls, clock", "getClock", "The resource's clock.",
      response: .ok(.json("Clock")), .resource(ControlAPI.clock)),
    ControlRoute(
      .put, "R/clock", in: "Tokens, calls, clock", "setClock", "Sets the resource's clock.",
      body: .required(.json("ClockRequest")), response: .ok(.json("Clock")),
      .resource(ControlAPI.setClock)),
  ]

  private static let ofScenario: [ControlRoute] = [
    ControlRoute(
      .get, "R/scenario", in: "Scenario", "getScenario", "The rules with their counters.",
      response: .ok(.json("Scenario")), work: .long, .resource(ControlAPI.scenario)),
    ControlRoute(
      .put, "R/scenario", in: "Scenario", "replaceScenario", "Replaces all rules.",
      body: .optional(.scenario), response: .ok(.json("Scenario")),
      work: .long, .resource(ControlAPI.replaceScenario)),
    ControlRoute(
      .post, "R/scenario/check", in: "Scenario", "checkScenario",
      "Says what is wrong with rules; loads nothing.",
      body: .optional(.scenario), response: .ok(.json("ScenarioCheck")), work: .long,
      .resource(ControlAPI.checkScenario)),
    ControlRoute(
      .patch, "R/scenario/rules/INDEX", in: "Scenario", "switchRule",
      "Switches one rule on or off; all counters stay.",
      body: .required(.json("RuleSwitch")), response: .ok(.json("Rule")), work: .long,
      .resource(ControlAPI.switchRule)),
    ControlRoute(
      .post, "R/plan", in: "Scenario", "plan", "Says what the rules will do to the next calls.",
      body: .optional(.json("PlanRequest")), response: .ok(.json("Plan")), work: .long,
      .resource(ControlAPI.plan)),
    ControlRoute(
      .delete, "R/scenario", in: "Scenario", "removeScenario", "Removes all rules.",
      response: .noContent, work: .long, .resource(ControlAPI.removeScenario)),
    ControlRoute(
      .post, "R/reset", in: "Reset", "reset", "Makes the resource as it was at start.",
      parameters: [ControlParameter("scenario", .choice(["clear"]), "Removes the rules too.")],
      response: .noContent, work: .long, .resource(ControlAPI.reset)),
    ControlRoute(
      .get, "R/report.html", in: "Report", "getReport", "The live page with its data inside.",
      response: .ok(.text("text/html")), work: .long, .resource(ControlAPI.report)),
    ControlRoute(
      .get, "R/events", in: "Events", "streamEvents",
      "Server-Sent Events: requests as they end, and what else is asked for.",
      parameters: EventQuery.parameters, response: .ok(.text("text/event-stream")), .events),
  ]
}
