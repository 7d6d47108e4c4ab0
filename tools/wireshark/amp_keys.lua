-- Opens frames of devices whose PMK is given (docs/PROTOCOL.md, sections 1 and 3).

local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local check, crypto = dofile(here .. "amp_check.lua"), dofile(here .. "amp_crypto.lua")

local function octetsOf(digits)
  return (digits:gsub("..", function(octet) return string.char(tonumber(octet, 16)) end))
end

-- ID = first two octets of SHA-256("AMP ID" || SPA), LE; 0xffff becomes 0xfffe.
local function idOf(spa) return math.min(check.le16(crypto.sha256("AMP ID" .. spa), 0), 0xfffe) end

-- "SPA=PMK, SPA=PMK": a list of them by ID, or what is wrong. One device may have several PMKs.
local function ringOf(text)
  local ring = {}
  for item in text:gmatch("[^,;%s]+") do
    local spa, pmk = item:match("^([%x:-]+)=(%x+)$")
    spa = spa and spa:gsub("[:-]", "")
    if not spa or #spa ~= 12 or #pmk ~= 64 then
      return {}, "a key is an SPA of 6 octets, =, and a PMK of 32 octets, all in hexadecimal digits: " .. item
    end
    spa = octetsOf(spa)
    local id = idOf(spa)
    ring[id] = ring[id] or {}
    table.insert(ring[id], { spa = spa, pmk = octetsOf(pmk) })
  end
  return ring
end

-- Min(a, b) || Max(a, b), octet by octet: < of strings follows the language of the machine.
local function ordered(a, b)
  for i = 1, #a do
    if a:byte(i) ~= b:byte(i) then return a:byte(i) < b:byte(i) and a .. b or b .. a end
  end
  return a .. b
end

-- FC || TDC of a frame; of an M1 also what of it is in no key: TriggerInfo || DL data.
local function headerOf(frame) return frame.octets:sub(1, 1) .. frame.octets:sub(4, 5) end

local function bindingOf(m1)
  local data = 18 + check.PROFILES[m1.tdc.profile].N + check.MODIFIER_OCTETS * m1.tdc.modifier
  return headerOf(m1) .. m1.octets:sub(6, 11) .. m1.octets:sub(data, -3)
end

-- The plaintext, or nothing if the MIC does not fit: payload from octet `from`, nonce = 0 || A2 || BE48(PN).
local function opened(keys, frame, from, a2, pn, aad)
  local M, s = check.PROFILES[frame.tdc.profile].M, frame.octets
  local sealed = s:sub(from + 1, -3)
  local nonce = "\0" .. a2 .. ("\0"):rep(4) .. string.char(math.floor(pn / 256), pn % 256)
  if frame.tdc.encrypted > 0 then return crypto.ccmOpen(keys.tk, nonce, aad, sealed, M) end
  local payload = sealed:sub(1, #sealed - M)
  local length = string.char(#aad % 256, math.floor(#aad / 256))
  local mic = crypto.cmac(keys.kck, nonce .. length .. aad .. payload):sub(1, M)
  if mic == sealed:sub(-M) then return payload end
end

-- A Response under each PMK of its ID, as the answer to that M1: the plaintext and the keys of the session, or nothing.
local function openResponse(ring, m1, frame)
  if frame.tdc.profile ~= m1.tdc.profile then return end
  local N = check.PROFILES[frame.tdc.profile].N
  local aa, aNonce, sNonce = m1.octets:sub(12, 17), m1.octets:sub(18, 17 + N), frame.octets:sub(6, 5 + N)
  for _, key in ipairs(ring[frame.id] or {}) do
    local ptk = crypto.kdf256(key.pmk, "AMP PTK", ordered(aa, key.spa) .. ordered(aNonce, sNonce))
    local keys = { kck = ptk:sub(1, 16), tk = ptk:sub(17), spa = key.spa, aa = aa, binding = bindingOf(m1) }
    local plain = opened(keys, frame, 5 + N, key.spa, 1, headerOf(frame) .. keys.binding)
    if plain then return plain, keys end
  end
end

-- A Confirm or Data frame under the keys of its session; `sender`: "AP" or "device".
local function openNumbered(keys, frame, sender)
  local aad = headerOf(frame) .. (frame.type.name == "Confirm" and keys.binding or "")
  local pn = 256 * frame.octets:byte(6) + frame.octets:byte(7)
  return opened(keys, frame, 7, sender == "AP" and keys.aa or keys.spa, pn, aad)
end

return { ringOf = ringOf, openResponse = openResponse, openNumbered = openNumbered }
