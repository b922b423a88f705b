// The rules that users of the library write are the scenarios' own model: there is no other. Who imports the library
// need not know which module has them, nor import it to use their members. Of these modules nothing else is public.
@_exported import struct Core.TLSFault
@_exported import enum Core.TLSAlert
@_exported import struct RedirectCall.CommunicationError
@_exported import Scenarios
