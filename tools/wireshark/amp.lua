-- AMP frames in Wireshark and tshark: fields, what no key is needed for to refuse a frame, sessions and repeats.
--
--   MAC frame  FC(1)  ID(2, LE)  TDC(2, LE)  body(1..64)  FCS(2, LE)
--   Ack        FC(1)  ID(2, LE)  CRC-8(1)
--   Trigger    TriggerInfo(6)  AA(6)  ANonce(N)  [Modifier(8)]  DL data
--   Response   SNonce(N)  payload  MIC(M)
--   Confirm, Data   PN(2, BE)  payload  MIC(M)
--
-- Assumption: the layout is this project's profile (docs/PROTOCOL.md); the draft leaves it open.

-- Wireshark has another protocol of the name amp.
local amp = Proto("ampbp", "IEEE 802.11bp AMP")

-- Wireshark reads every .lua of a folder on its own; these two are only returned tables to it.
local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local check, sessions = dofile(here .. "amp_check.lua"), dofile(here .. "amp_session.lua")
local TYPES, PROFILES, BROADCAST, OVERHEAD = check.TYPES, check.PROFILES, check.BROADCAST, check.OVERHEAD
local le16, fcsOf, count = check.le16, check.fcsOf, check.count

local typeNames, profileNames = {}, {}
for number, type in pairs(TYPES) do typeNames[number] = type.label end
for number, profile in ipairs(PROFILES) do profileNames[number] = profile.name end

local f = {
  fc = ProtoField.uint8("ampbp.fc", "Frame control", base.HEX),
  type = ProtoField.uint8("ampbp.fc.type", "Type", base.DEC, typeNames, 0x0f),
  protected = ProtoField.bool("ampbp.fc.protected", "Protected", 8, nil, 0x10),
  fcReserved = ProtoField.uint8("ampbp.fc.reserved", "Reserved", base.DEC, nil, 0xe0),
  id = ProtoField.uint16("ampbp.id", "ID", base.HEX),
  tdc = ProtoField.uint16("ampbp.tdc", "TDC", base.HEX),
  length = ProtoField.uint16("ampbp.tdc.length", "Body length - 1", base.DEC, nil, 0x003f),
  encrypted = ProtoField.bool("ampbp.tdc.encrypted", "Encrypted", 16, nil, 0x0040),
  hasModifier = ProtoField.bool("ampbp.tdc.modifier", "Modifier present", 16, nil, 0x0080),
  generation = ProtoField.uint16("ampbp.tdc.generation", "Root generation mod 4", base.DEC, nil, 0x0300),
  profile = ProtoField.uint16("ampbp.tdc.profile", "Security profile", base.DEC, profileNames, 0x1c00),
  command = ProtoField.bool("ampbp.tdc.command", "Command present", 16, nil, 0x2000),
  tdcReserved = ProtoField.uint16("ampbp.tdc.reserved", "Reserved", base.DEC, nil, 0xc000),
  info = ProtoField.bytes("ampbp.info", "TriggerInfo"),
  sessionId = ProtoField.uint8("ampbp.info.session_id", "Session ID", base.DEC),
  acwe = ProtoField.uint8("ampbp.info.acwe", "ACWE", base.DEC, nil, 0x0f),
  ulRate = ProtoField.uint8("ampbp.info.ul_rate", "UL rate", base.DEC,
    { [0] = "250 kb/s", [1] = "1 Mb/s", [2] = "4 Mb/s", [3] = "reserved" }, 0x30),
  access = ProtoField.uint8("ampbp.info.access", "Access", base.DEC,
    { [0] = "random slots", [1] = "this station only", [2] = "reserved", [3] = "reserved" }, 0xc0),
  slots = ProtoField.uint8("ampbp.info.slots", "Number of Slots", base.DEC),
  slotDuration = ProtoField.uint16("ampbp.info.slot_duration", "Slot Duration (4 us)", base.DEC),
  zero = ProtoField.uint8("ampbp.info.zero", "Reserved", base.DEC),
  aa = ProtoField.ether("ampbp.aa", "AA"),
  aNonce = ProtoField.bytes("ampbp.anonce", "ANonce"),
  modifier = ProtoField.bytes("ampbp.modifier", "Modifier"),
  dlData = ProtoField.bytes("ampbp.dl_data", "DL data"),
  sNonce = ProtoField.bytes("ampbp.snonce", "SNonce"),
  pn = ProtoField.uint16("ampbp.pn", "PN", base.DEC),
  payload = ProtoField.bytes("ampbp.payload", "Payload"),
  mic = ProtoField.bytes("ampbp.mic", "MIC"),
  body = ProtoField.bytes("ampbp.body", "Body, not told apart"),
  more = ProtoField.bytes("ampbp.more", "Octets of no field"),
  fcs = ProtoField.uint16("ampbp.fcs", "FCS", base.HEX),
  crc = ProtoField.uint8("ampbp.ack_crc", "CRC-8", base.HEX),
  good = ProtoField.bool("ampbp.fcs.good", "FCS is right"),
  partial = ProtoField.string("ampbp.partial", "Cut in"),
  cut = ProtoField.bool("ampbp.cut", "Cut"),
  missing = ProtoField.uint16("ampbp.cut.missing", "Octets missing", base.DEC),
  direction = ProtoField.string("ampbp.direction", "Direction"),
  sender = ProtoField.string("ampbp.sender", "Sender"),
  status = ProtoField.string("ampbp.refusal", "Refused"),
  check = ProtoField.string("ampbp.refusal.check", "Refused by the check of"),
  session = ProtoField.uint32("ampbp.session", "Session of this capture", base.DEC),
  repeatOf = ProtoField.framenum("ampbp.repeat_of", "The same as", base.NONE),
  trigger = ProtoField.framenum("ampbp.trigger", "Trigger", base.NONE, frametype.REQUEST),
  responseIn = ProtoField.framenum("ampbp.response_in", "Response in", base.NONE, frametype.RESPONSE),
  response = ProtoField.framenum("ampbp.response", "Response", base.NONE, frametype.REQUEST),
  confirmIn = ProtoField.framenum("ampbp.confirm_in", "Confirm in", base.NONE, frametype.ACK),
  confirm = ProtoField.framenum("ampbp.confirm", "Confirm of this session", base.NONE, frametype.REQUEST),
  micGood = ProtoField.bool("ampbp.mic.good", "MIC is right"),
  plain = ProtoField.bytes("ampbp.plaintext", "Plaintext"),
  commandName = ProtoField.string("ampbp.command", "Command"),
  time = ProtoField.relative_time("ampbp.time", "Since the Trigger"),
}
amp.fields = f

local e = {
  cut = ProtoExpert.new("ampbp.expert.cut", "Cut", expert.group.SEQUENCE, expert.severity.NOTE),
  refused = ProtoExpert.new("ampbp.expert.refused", "Refused without a key", expert.group.PROTOCOL, expert.severity.WARN),
  checksum = ProtoExpert.new("ampbp.expert.fcs", "Bad FCS", expert.group.CHECKSUM, expert.severity.WARN),
  again = ProtoExpert.new("ampbp.expert.repeat", "Repeat", expert.group.SEQUENCE, expert.severity.NOTE),
  replay = ProtoExpert.new("ampbp.expert.replay", "Replay", expert.group.SEQUENCE, expert.severity.WARN),
  unasked = ProtoExpert.new("ampbp.expert.unasked", "Answers nothing", expert.group.SEQUENCE, expert.severity.NOTE),
  keys = ProtoExpert.new("ampbp.expert.keys", "Keys of the preferences", expert.group.PROTOCOL, expert.severity.ERROR),
  mic = ProtoExpert.new("ampbp.expert.mic", "MIC fits no given key", expert.group.SECURITY, expert.severity.WARN),
  differs = ProtoExpert.new("ampbp.expert.session", "Not as its session", expert.group.PROTOCOL, expert.severity.WARN),
}
amp.experts = e

amp.prefs.keys = Pref.string("Keys", "", "SPA=PMK, SPA=PMK ...: 6 and 32 octets each, in hexadecimal digits")

local interfaceId, comment = Field.new("frame.interface_id"), Field.new("frame.comment")

-- Fields ------------------------------------------------------------------------------------------------------------------

-- Lays fields over a frame from left to right, none over octets that are not here: one that is cut is told as such.
local Layer = {}
Layer.__index = Layer

function Layer:left() return math.max(0, self.stop - self.at) end

function Layer:take(tree, field, length, name, little)
  local here = math.max(0, math.min(length, self.stop - self.at, self.captured - self.at))
  local from = self.at
  self.at = from + length
  if length == 0 or here == 0 then return end
  local range = self.tvb(from, here)
  if here < length then
    tree:add(f.partial, range, ("%s, %d of %s are here"):format(name, here, count(length)))
    return
  end
  return little and tree:add_le(field, range) or tree:add(field, range), range
end

local function layParts(item, range, fields)
  local parts = {}
  for _, field in ipairs(fields) do table.insert(parts, item:add_le(field, range)) end
  return parts
end

local function layInfo(layer, tree)
  local from = layer.at
  local here = math.min(check.INFO_OCTETS, layer.captured - from, layer.stop - from)
  if here <= 0 then return end
  local info = tree:add(f.info, layer.tvb(from, here))
  layer:take(info, f.sessionId, 1, "Session ID")
  if here > 1 then layParts(info, layer.tvb(from + 1, 1), { f.acwe, f.ulRate, f.access }) end
  layer.at = from + 2
  layer:take(info, f.slots, 1, "Number of Slots")
  local slot, range = layer:take(info, f.slotDuration, 2, "Slot Duration", true)
  if slot then slot:append_text((" = %d us"):format(4 * range:le_uint())) end
  layer:take(info, f.zero, 1, "Reserved")
end

local function layBody(layer, tree, type, tdc)
  local profile = PROFILES[tdc.profile]
  if not type or not profile then
    local here = math.min(layer:left(), layer.captured - layer.at)
    if here > 0 then layer:take(tree, f.body, here, "Body") end
    return
  end
  if type.name == "Trigger" then
    layInfo(layer, tree)
    layer:take(tree, f.aa, check.ADDRESS_OCTETS, "AA")
    layer:take(tree, f.aNonce, profile.N, "ANonce")
    if tdc.modifier > 0 then layer:take(tree, f.modifier, check.MODIFIER_OCTETS, "Modifier") end
    layer:take(tree, f.dlData, layer:left(), "DL data")
    return
  end
  if type.name == "Response" then layer:take(tree, f.sNonce, profile.N, "SNonce")
  else layer:take(tree, f.pn, 2, "PN") end
  local payload = layer:take(tree, f.payload, math.max(0, layer:left() - profile.M), "Payload")
  if payload then payload:append_text(tdc.encrypted > 0 and " (encrypted)" or " (in clear)") end
  layer:take(tree, f.mic, profile.M, "MIC")
end

local function layHeader(layer, tree)
  local fc, range = layer:take(tree, f.fc, 1, "Frame control")
  if fc then layParts(fc, range, { f.type, f.protected, f.fcReserved }) end
  local id, idRange = layer:take(tree, f.id, 2, "ID", true)
  if id and idRange:le_uint() == BROADCAST then id:append_text(" (every device)") end
end

local function layFrame(layer, tree, s, type)
  layHeader(layer, tree)
  if type and type.name == "Ack" then
    if layer:take(tree, f.crc, 1, "CRC-8") then
      tree:add(f.good, fcsOf(s:sub(1, 3)) % 256 == s:byte(4)):set_generated()
    end
  else
    local item, range = layer:take(tree, f.tdc, 2, "TDC", true)
    if item and layer.whole >= OVERHEAD then
      local parts = layParts(item, range,
        { f.length, f.encrypted, f.hasModifier, f.generation, f.profile, f.command, f.tdcReserved })
      parts[1]:append_text((" (a body of %s)"):format(count(check.tdcOf(le16(s, 3)).body)))
      layer.stop = layer.whole - 2
      layBody(layer, tree, type, check.tdcOf(le16(s, 3)))
      layer.at, layer.stop = layer.whole - 2, layer.whole
      if layer:take(tree, f.fcs, 2, "FCS", true) then
        tree:add(f.good, fcsOf(s:sub(1, -3)) == le16(s, #s - 2)):set_generated()
      end
    end
  end
  local more = layer.captured - layer.at
  if more > 0 then
    layer.stop = layer.captured
    layer:take(tree, f.more, more, "More")
  end
end

-- A frame -----------------------------------------------------------------------------------------------------------------

-- By the capture, where it tells; else by what only one side sends. Data without it may be anybody's.
local function senderOf(pinfo, type)
  if pinfo.p2p_dir == 0 then return "AP" end
  if pinfo.p2p_dir == 1 then return "device" end
  return type and not type.AP and "device" or "AP"
end

local function showNote(tree, note, type)
  local function generated(field, value) if value then tree:add(field, value):set_generated() end end
  generated(f.session, note.state and note.state.number)
  generated(f.repeatOf, note.repeatOf)
  generated(f.trigger, note.trigger)
  generated(f.response, note.response)
  generated(f.confirm, note.confirm)
  for _, number in ipairs(note.responses or {}) do generated(f.responseIn, number) end
  generated(f.confirmIn, note.confirmIn)
  if note.since then
    local whole = math.floor(note.since)
    generated(f.time, NSTime.new(whole, math.floor((note.since - whole) * 1e9 + 0.5)))
  end
  if note.repeatOf then
    -- The same words for all of them, so that a summary of expert information counts them as one.
    if type.name == "Data" then tree:add_proto_expert_info(e.replay, "a replay: the same Data, octet for octet")
    else tree:add_proto_expert_info(e.again, ("a repeat: the same %s, octet for octet"):format(type.name)) end
  end
  if note.unasked then tree:add_proto_expert_info(e.unasked, note.unasked) end
  if note.differs then tree:add_proto_expert_info(e.differs, note.differs) end
end

local function showCut(tree, layer, type)
  local missing = layer.whole - layer.captured
  tree:add(f.cut, missing > 0):set_generated()
  if missing == 0 then return end
  tree:add(f.missing, missing):set_generated()
  local isAck = type ~= nil and type.name == "Ack"
  local least = layer.captured < 5 and not isAck and "at least " or ""
  tree:add_proto_expert_info(e.cut, "cut: its sender, or who captured it, stopped before its end")
  return ("[cut at %d of %s%d]"):format(layer.captured, least, layer.whole)
end

local function showRefusal(tree, s, sender, isCut)
  local status, which, why = check.refusalOf(s, sender)
  if not status then return end
  tree:add(f.status, status):set_generated():append_text(isCut and " (what came of it)" or "")
  tree:add(f.check, which):set_generated()
  if isCut then return status end
  tree:add_proto_expert_info(status == "bad FCS" and e.checksum or e.refused, ("%s: %s"):format(status, why))
  return status, ("[%s: %s]"):format(status, why)
end

local function summary(s, type)
  if #s == 0 then return "a preamble, and nothing after it" end
  if not type then return "no such type" end
  local parts = { type.label }
  if #s >= 3 and le16(s, 1) == BROADCAST then table.insert(parts, "to every device") end
  local tdc = type.name ~= "Ack" and #s >= 5 and check.tdcOf(le16(s, 3))
  if tdc then
    local profile = PROFILES[tdc.profile]
    table.insert(parts, profile and profile.name or "profile " .. tdc.profile)
    if type.name ~= "Trigger" then table.insert(parts, tdc.encrypted > 0 and "encrypted" or "in clear") end
    if type.name == "Trigger" and #s >= 8 then
      table.insert(parts, ("session ID %d, %s"):format(s:byte(6), s:byte(8) == 1 and "1 slot" or s:byte(8) .. " slots"))
    elseif (type.name == "Data" or type.name == "Confirm") and #s >= 7 then
      table.insert(parts, "PN " .. 256 * s:byte(6) + s:byte(7))
    end
    if tdc.command > 0 then table.insert(parts, "command") end
  end
  return table.concat(parts, ", ")
end

local function endsOf(s, sender, named)
  local id = #s >= 3 and le16(s, 1)
  local device = id == BROADCAST and "every device" or id and ("ID 0x%04x"):format(id) or "a device"
  if sender == "device" then return named or device, "AP" end
  return named or "AP", device
end

local function showPlain(tree, note, frameType, tdc)
  if note.mic == nil then return end
  tree:add(f.micGood, note.mic):set_generated()
  if not note.mic then tree:add_proto_expert_info(e.mic, "the MIC fits no key that is given for this ID") end
  if not note.plain or tdc.encrypted == 0 or #note.plain == 0 then return end
  local hex = note.plain:gsub(".", function(octet) return ("%02x"):format(octet:byte()) end)
  tree:add(f.plain, ByteArray.new(hex):tvb("Plaintext")())
  if frameType.name ~= "Confirm" or tdc.command == 0 then return end
  local opcode = note.plain:byte(1)
  local isUpdate, isProve = opcode == 1 and #note.plain == 26, opcode == 2 and #note.plain == 1
  local name = isUpdate and "UPDATE to generation " .. note.plain:byte(2) or isProve and "PROVE" or "no such command"
  tree:add(f.commandName, name):set_generated()
end

local keyError

function amp.prefs_changed() keyError = sessions.useKeys(amp.prefs.keys) end

function amp.init()
  keyError = sessions.useKeys(amp.prefs.keys)
  sessions.forget()
end

function amp.dissector(tvb, pinfo, root)
  local captured = tvb:len()
  local layer = setmetatable(
    { tvb = tvb, captured = captured, whole = math.max(captured, tvb:reported_len()), at = 0, stop = captured }, Layer)
  layer.stop = layer.whole
  local s = captured > 0 and tvb:raw() or ""
  local type = captured > 0 and TYPES[s:byte(1) % 16] or nil
  local sender = senderOf(pinfo, type)
  local said = comment() and tostring(comment()):match("^from ([^;]+)")

  local tree = root:add(amp, tvb())
  tree:add(f.direction, sender == "AP" and "down" or "up"):set_generated()
  if said then tree:add(f.sender, said):set_generated() end
  layFrame(layer, tree, s, type)
  local cut = showCut(tree, layer, type)
  local status, refused = showRefusal(tree, s, sender, cut ~= nil)

  -- A first pass of tshark -2 without a read filter builds no tree and knows of no interface, and so of no channel: the
  -- second one takes the notes then, and no link leads forward.
  local interface = interfaceId()
  if interface and not sessions.hasSeen(pinfo.number) and not cut and not status then
    sessions.noteFrame(interface.value, {
      number = pinfo.number, octets = s, type = type, sender = sender, id = le16(s, 1), time = pinfo.abs_ts,
      tdc = type.name ~= "Ack" and check.tdcOf(le16(s, 3)) or nil,
    })
  end
  local note = sessions.noteOf(pinfo.number)
  if note then
    showNote(tree, note, type)
    if type.name ~= "Ack" then showPlain(tree, note, type, check.tdcOf(le16(s, 3))) end
  end
  if keyError and type and type.name ~= "Ack" then tree:add_proto_expert_info(e.keys, keyError) end

  local info = { summary(s, type) }
  if cut then table.insert(info, cut) end
  if refused then table.insert(info, refused) end
  if note and note.repeatOf then table.insert(info, ("[the same as %d]"):format(note.repeatOf)) end
  if note and note.unasked then table.insert(info, ("[%s]"):format(note.unasked)) end
  tree:append_text(", " .. table.concat(info, " "))
  local from, to = endsOf(s, sender, said)
  pinfo.cols.protocol, pinfo.cols.info = "AMP", table.concat(info, " ")
  pinfo.cols.src, pinfo.cols.dst = from, to
  return captured
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, amp)
