-- What a receiver of an AMP frame refuses before it needs a key, in its order (docs/PROTOCOL.md, sections 2 and 4a).
-- Frames are Lua strings; nothing of Wireshark is used here.

local BROADCAST = 0xffff
local OVERHEAD, FRAME_MIN, FRAME_MAX, ACK_OCTETS = 7, 8, 71, 4
local INFO_OCTETS, ADDRESS_OCTETS, MODIFIER_OCTETS = 6, 6, 8

-- By bits 0-3 of FC: the whole FC, and who sends it.
local TYPES = {
  [0x8] = { name = "Trigger", label = "Trigger (M1)", fc = 0x08, AP = true },
  [0x9] = { name = "Response", label = "Response (M2)", fc = 0x19, device = true },
  [0xa] = { name = "Confirm", label = "Confirm (M3)", fc = 0x1a, AP = true },
  [0xb] = { name = "Data", label = "Data", fc = 0x1b, AP = true, device = true },
  [0xc] = { name = "Ack", label = "Ack", fc = 0x0c, AP = true, device = true },
}
-- Octets of nonces (N) and MICs (M).
local PROFILES = {
  { name = "compact", N = 16, M = 8 },
  { name = "wide", N = 32, M = 8 },
  { name = "strong", N = 32, M = 16 },
}

local bxor = (bit32 or bit).bxor

local function bits(word, at, width) return math.floor(word / 2 ^ at) % 2 ^ width end
local function le16(s, at) return s:byte(at + 1) + 256 * s:byte(at + 2) end
local function be16(s, at) return 256 * s:byte(at + 1) + s:byte(at + 2) end

-- CRC-16/X-25: x^16 + x^12 + x^5 + 1, least significant bit first, preset ones, complemented.
local function fcsOf(s)
  local register = 0xffff
  for i = 1, #s do
    register = bxor(register, s:byte(i))
    for _ = 1, 8 do
      local odd = register % 2 == 1
      register = math.floor(register / 2)
      if odd then register = bxor(register, 0x8408) end
    end
  end
  return 0xffff - register
end

local function tdcOf(word)
  return {
    body = bits(word, 0, 6) + 1, encrypted = bits(word, 6, 1), modifier = bits(word, 7, 1),
    generation = bits(word, 8, 2), profile = bits(word, 10, 3), command = bits(word, 13, 1), reserved = bits(word, 14, 2),
  }
end

local function count(n) return n == 1 and "1 octet" or n .. " octets" end

-- What a receiver refuses before it needs a key, in its order -----------------------------------------------------------

local function reservedInTdc(type, tdc)
  if tdc.reserved > 0 then return "bits 14-15 of TDC" end
  if type.name == "Trigger" then
    return tdc.encrypted > 0 and "Encrypted in a Trigger" or tdc.command > 0 and "Command in a Trigger" or nil
  end
  if tdc.modifier > 0 then return "Modifier outside a Trigger" end
  local commandable = type.name == "Confirm" and tdc.encrypted > 0
  return tdc.command > 0 and not commandable and "Command outside an encrypted Confirm" or nil
end

local function reservedInInfo(s, id)
  local octet, slots, last = s:byte(7), s:byte(8), s:byte(11)
  local access = bits(octet, 6, 2)
  if bits(octet, 4, 2) == 3 then return "UL rate 3" end
  if access > 1 then return "access " .. access end
  if slots == 0 then return "no slots" end
  if last ~= 0 then return "the last octet" end
  return access == 1 and id == BROADCAST and "access for one station in a broadcast" or nil
end

-- The status, the check that found it, and why; nothing for a frame that passes. `sender`: "AP" or "device".
local function refusalOf(s, sender)
  local type = #s > 0 and TYPES[s:byte(1) % 16] or nil
  local isAck = type ~= nil and type.name == "Ack"
  local min, max = isAck and ACK_OCTETS or FRAME_MIN, isAck and ACK_OCTETS or FRAME_MAX
  if #s < min then return "too short", "length of the frame", count(#s) .. ", where " .. min .. " are the least" end
  if #s > max then return "too long", "length of the frame", count(#s) .. ", where " .. max .. " are the most" end
  local id = le16(s, 1)
  if id == BROADCAST and (sender == "device" or not type or type.name ~= "Trigger") then
    return "not for me", "ID", "only a Trigger is for every device"
  end
  if not type then return "bad type", "type", "no frame has type " .. s:byte(1) % 16 end
  if not type[sender] then return "bad type", "type", ("a %s never comes from this side"):format(type.name) end
  if isAck then
    local right = fcsOf(s:sub(1, 3)) % 256
    if s:byte(4) ~= right then return "bad FCS", "FCS", ("FC and ID give 0x%02x"):format(right) end
    if s:byte(1) ~= type.fc then return "reserved bits", "reserved bits", ("FC of an Ack is 0x%02x"):format(type.fc) end
    return
  end
  local right = fcsOf(s:sub(1, -3))
  if le16(s, #s - 2) ~= right then return "bad FCS", "FCS", ("the octets before it give 0x%04x"):format(right) end
  if s:byte(1) ~= type.fc then
    return "reserved bits", "reserved bits", ("FC of a %s is 0x%02x"):format(type.name, type.fc)
  end
  local tdc = tdcOf(le16(s, 3))
  local reserved = reservedInTdc(type, tdc)
  if reserved then return "reserved bits", "reserved bits", reserved end
  local body = #s - OVERHEAD
  if tdc.body ~= body then
    return "bad length", "body length by TDC", ("TDC tells of %s, the body has %d"):format(count(tdc.body), body)
  end
  local profile = PROFILES[tdc.profile]
  if not profile then return "bad profile", "profile", "there is no profile " .. tdc.profile end
  local least = type.name == "Trigger" and INFO_OCTETS + ADDRESS_OCTETS + profile.N + MODIFIER_OCTETS * tdc.modifier
    or type.name == "Response" and profile.N + profile.M or 2 + profile.M
  if body < least then
    return "bad length", "body length by type", ("a %s %s has %s or more"):format(profile.name, type.name, count(least))
  end
  if type.name == "Trigger" then
    if s:byte(12) % 2 == 1 then return "not for me", "AA", "AA is a group address" end
    local why = reservedInInfo(s, id)
    if why then return "reserved bits", "TriggerInfo", why end
  elseif type.name == "Confirm" or type.name == "Data" then
    local pn = be16(s, 5)
    if type.name == "Confirm" and pn ~= 1 then return "replayed PN", "PN", "a Confirm has PN 1" end
    if type.name == "Data" and pn <= 1 then return "replayed PN", "PN", "the first Data of a direction has PN 2 or more" end
  end
end

return {
  BROADCAST = BROADCAST, OVERHEAD = OVERHEAD, INFO_OCTETS = INFO_OCTETS, ADDRESS_OCTETS = ADDRESS_OCTETS,
  MODIFIER_OCTETS = MODIFIER_OCTETS, TYPES = TYPES, PROFILES = PROFILES,
  le16 = le16, fcsOf = fcsOf, tdcOf = tdcOf, count = count, refusalOf = refusalOf,
}
