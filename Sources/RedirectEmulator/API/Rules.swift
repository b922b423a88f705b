// Users of the library write rules with the scenarios' own model: there is no other. They need not know which modules
// have its types, and need not import them to use their members. Nothing else in these modules is public.
@_exported import struct Core.TLSFault
@_exported import enum Core.TLSAlert
@_exported import struct RedirectCall.CommunicationError
@_exported import Scenarios
