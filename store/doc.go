// Package store keeps all state of PersonalCMS in one bbolt file, personalcms.db.
//
// Every exported method is one use: it opens its own transaction, reads or writes what must be
// consistent together, and closes it. Writes pass through one goroutine that commits whatever is
// waiting as a group (DESIGN §8), so a method that returned nil is on disk. Two things are
// deferred on purpose, at most flushInterval: what a device said of itself last (Status) and the
// last good screen of a device. Nothing that was answered 200 and that a person would miss is.
//
// The file is a tree of buckets; values are JSON unless said otherwise:
//
//	meta        version       number of the last migration, decimal text
//	            secret        32 random bytes: signs URLs, encrypts secrets
//	            setup         SHA-256 of the one-time set-up token, until it was used
//	settings    settings      Settings
//	users       <name>        User
//	sessions    <sha256>      Session, by the hash of its cookie
//	keys        <id>          APIKey
//	devices     <device_id>   Device: who it is, what its owner set
//	status      <device_id>   Status: what it said last (deferred)
//	screens     <device_id>   Drawn, its last good screen (deferred)
//	attempts    <device_id> 0x00 <8 bytes: unix ns of the offer>   ota.Attempt
//	firmware    <key>         Firmware
//	parts       <sha256>      FlashPart: bootloaders and partition tables
//	assignments <device_type> Assignment of a type (a device's own is in Device)
//	group_assignments <group> Assignment of a group
//	rollouts    <id>          ota.Rollout
//	members     <id of the rollout> 0x00 <device_id>   ota.Member: a device of a rollout
//	deltas      <image_sha256 of the old image> "/" <sha256 of the new file>   Delta: a patch, or why there is none
//	pictures    <id>          Picture
//	layouts     <id>          Layout: made or changed by the owner; ready ones are in render
//	playlists   <id>          schedule.Playlist
//	albums      <id>          Album
//	sources     <id>          Source: where content comes from, its secret sealed
//	feeds       <id>          Fetched: the last good value of a source, and how fetching goes
//	shelves     <category>/<subcategory>  content.Addition: what the owner changed of the presets and added to them
//	blobs       <sha256>      the bytes of images and pictures, once each, raw
//	log         <8 bytes: unix ns> <4 bytes: number>  Entry: activity, audit, device log lines
//	tail        <8 bytes: unix ms> <4 bytes: number>  readings of the last hours in time order, packed
//	chunks      <device_id> 0x00 <8 bytes: hour>      a device's readings of one hour, packed
//
// Keys that are numbers are big-endian, so that bbolt's order is theirs.
package store
