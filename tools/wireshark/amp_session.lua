-- Sessions: what of a capture of AMP frames belongs together.
--
-- Where a device's PMK is given its MICs tell. Assumption, for all others: a Response that is new answers the latest
-- Trigger of its channel, one that is repeated what it answered first; a Confirm belongs to the latest Response of its ID.
-- A frame that is refused or cut opens nothing.

local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local keysOf = dofile(here .. "amp_keys.lua")

local BROADCAST = 0xffff
-- Triggers that a Response is tried against, where a PMK is given.
local RECENT = 16
local notes, channels, sessionCount
local ring = {}

local function forget() notes, channels, sessionCount = {}, {}, 0 end

local function noteTrigger(channel, note, frame)
  local first = channel.seen[frame.octets]
  local session = first and notes[first].state
  if not session then
    sessionCount = sessionCount + 1
    session = { number = sessionCount, id = frame.id, profile = frame.tdc.profile, m1 = frame }
  end
  session.trigger, session.time = frame.number, frame.time
  channel.session, note.state, note.responses = session, session, {}
  table.insert(channel.recent, 1, session)
  channel.recent[RECENT + 1] = nil
end

-- The session that a Response proves to belong to, and its keys; the MIC fits in none: nothing.
local function proven(channel, note, frame)
  for _, session in ipairs(channel.recent) do
    local plain, keys = keysOf.openResponse(ring, session.m1, frame)
    if plain then
      note.mic, note.plain = true, plain
      return session, keys
    end
  end
  note.mic = false
end

local function noteResponse(channel, note, frame)
  local first = note.repeatOf
  local session, keys = first and notes[first].state or channel.session, nil
  if ring[frame.id] then
    local found
    found, keys = proven(channel, note, frame)
    session = found or session
  end
  if not session or (session.id ~= BROADCAST and session.id ~= frame.id) then
    note.unasked = "no Trigger for this ID before it"
    return
  end
  note.state, note.trigger, note.since = session, session.trigger, frame.time - session.time
  if frame.tdc.profile ~= session.profile then note.differs = "another profile than its Trigger" end
  table.insert(notes[session.trigger].responses, frame.number)
  channel.responses[frame.id] = { number = frame.number, generation = frame.tdc.generation, session = session, keys = keys }
end

local function unseal(note, frame, keys)
  if not keys then return end
  note.plain = keysOf.openNumbered(keys, frame, frame.sender)
  note.mic = note.plain ~= nil
end

local function noteConfirm(channel, note, frame)
  local response = channel.responses[frame.id]
  if not response then
    note.unasked = "no whole Response of this ID before it"
    return
  end
  local session = response.session
  note.state, note.response, note.trigger, note.since = session, response.number, session.trigger, frame.time - session.time
  if frame.tdc.profile ~= session.profile then note.differs = "another profile than its Trigger" end
  if frame.tdc.generation ~= response.generation then note.differs = "another generation than its Response" end
  notes[response.number].confirmIn = frame.number
  unseal(note, frame, response.keys)
  local secured = { session = session, confirm = frame.number, generation = response.generation, keys = response.keys }
  channel.secured[frame.id] = secured
end

local function noteData(channel, note, frame)
  local secured = channel.secured[frame.id]
  if not secured then
    note.unasked = "no Confirm for this ID before it"
    return
  end
  note.state, note.confirm = secured.session, secured.confirm
  unseal(note, frame, secured.keys)
  if frame.tdc.profile ~= secured.session.profile then note.differs = "another profile than its session" end
  if frame.tdc.generation ~= secured.generation then note.differs = "another generation than its session" end
end

local NOTE = { Trigger = noteTrigger, Response = noteResponse, Confirm = noteConfirm, Data = noteData }

-- A frame that passes, in the order of the capture: its number, octets, type, id, tdc, sender and time (seconds).
local function noteFrame(key, frame)
  local note = {}
  notes[frame.number] = note
  if not NOTE[frame.type.name] then return end
  channels[key] = channels[key] or { seen = {}, recent = {}, responses = {}, secured = {} }
  local channel = channels[key]
  note.repeatOf = channel.seen[frame.octets]
  NOTE[frame.type.name](channel, note, frame)
  if not note.repeatOf then channel.seen[frame.octets] = frame.number end
end

-- From the next capture on; returns what is wrong with the text.
local function useKeys(text)
  local why
  ring, why = keysOf.ringOf(text)
  return why
end

return {
  forget = forget, useKeys = useKeys, noteFrame = noteFrame,
  noteOf = function(number) return notes[number] end,
  hasSeen = function(number) return notes[number] ~= nil end,
}
