// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "redirect-emulator",
  products: [
    .library(name: "RedirectEmulator", targets: ["RedirectEmulator"]),
    .executable(name: "redirect-emulator", targets: ["redirect-emulator"]),
  ],
  targets: [
    .target(name: "CSystem"),
    // What the program, and not the library, does before Swift's runtime starts.
    .target(name: "CSurroundings"),
    // The long texts. They are files in Sources/CTexts/texts, and fixtures/scenario.schema.json. Sources/CTexts/page
    // is what the live page is made of.
    .target(name: "CTexts", exclude: ["page", "texts"]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "Options", dependencies: ["Core"], swiftSettings: settings),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    // RE2 is C++: this is its C interface. libre2-dev has it. Its pkg-config file is not asked for: SwiftPM warns of the
    // -pthread in it.
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(name: "Core", dependencies: ["CSystem"], swiftSettings: settings),
    .target(name: "Documents", dependencies: ["Core", "CYAML"], swiftSettings: settings),
    .target(name: "LibCrypto", dependencies: ["Core", "COpenSSL"], swiftSettings: settings),
    .target(name: "EventLoop", dependencies: ["Core", "CSystem"], swiftSettings: settings),
    .target(
      name: "TLS", dependencies: ["Core", "COpenSSL", "LibCrypto", "EventLoop"],
      swiftSettings: settings),
    .target(name: "HTTP1", dependencies: ["Core"], swiftSettings: settings),
    .target(
      name: "RedirectCall", dependencies: ["Core", "Documents", "LibCrypto", "HTTP1"],
      swiftSettings: settings),
    .target(
      name: "Scenarios", dependencies: ["Core", "CRE2", "Documents", "RedirectCall", "HTTP1"],
      swiftSettings: settings),
    .target(
      name: "RedirectEmulator",
      dependencies: [
        "Core", "CSystem", "CTexts", "Documents", "LibCrypto", "EventLoop", "TLS", "HTTP1",
        "RedirectCall", "Scenarios",
      ],
      // A request that is lent says in its type how long its bytes live.
      swiftSettings: settings + [.enableExperimentalFeature("Lifetimes")]),
    .executableTarget(
      name: "redirect-emulator",
      dependencies: [
        "Core", "Documents", "Options", "RedirectEmulator", "CSurroundings", "CSystem",
        "EventLoop", "HTTP1", "LibCrypto", "RedirectCall", "Scenarios",
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Core", "COpenSSL", "CSystem", "LibCrypto"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "CoreTests", dependencies: ["Core"], swiftSettings: settings),
    .testTarget(name: "OptionsTests", dependencies: ["Core", "Options"], swiftSettings: settings),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Core", "Documents"], swiftSettings: settings),
    .testTarget(
      name: "LibCryptoTests", dependencies: ["Core", "LibCrypto", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "EventLoopTests", dependencies: ["Core", "EventLoop", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TLSTests", dependencies: ["Core", "TLS", "LibCrypto", "EventLoop", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTP1Tests", dependencies: ["Core", "HTTP1", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "RedirectCallTests",
      dependencies: ["Core", "Documents", "RedirectCall", "HTTP1", "LibCrypto", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ScenariosTests",
      dependencies: ["Core", "Documents", "Scenarios", "RedirectCall", "HTTP1", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RedirectEmulatorTests",
      dependencies: [
        "Core", "Documents", "RedirectEmulator", "LibCrypto", "EventLoop", "TLS", "HTTP1",
        "RedirectCall", "Scenarios", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["redirect-emulator", "Options", "RedirectEmulator", "TestSupport"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  // What RE2's headers need.
  cxxLanguageStandard: .cxx17
)

// The fuzz targets need libFuzzer and are built by scripts/fuzz alone.
if Context.environment["REDIRECT_EMULATOR_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]))
  package.targets.append(
    .target(
      name: "Fuzzing",
      dependencies: [
        "Core", "Documents", "HTTP1", "LibCrypto", "RedirectCall", "Scenarios", "TestSupport",
      ],
      swiftSettings: settings
    ))
}
