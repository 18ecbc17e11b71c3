// A second opinion in a foreign language: opens the published log's checkpoint with golang.org/x/mod/sumdb/note,
// rebuilds the tree from the entry bundles with golang.org/x/mod/sumdb/tlog, and compares every tile and the root. Opens
// the cosignatures of the witnesses that the published policy names. Does so for each shard of the signed list.
// Rebuilds rather than reads through tlog.TileHashReader, which did not authenticate every tile before x/mod 0.40.0.
//
// Usage: go run rebuild.go DIRECTORY VKEY [disclosure.json ...]
// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string) {
	if err != nil {
		fmt.Println("FAIL", what+":", err)
		os.Exit(1)
	}
}

func fail(format string, args ...any) {
	fmt.Printf("FAIL "+format+"\n", args...)
	os.Exit(1)
}

// tilePath is the path of c2sp.org/tlog-tiles; tlog.Tile.Path puts the height into it.
func tilePath(level string, index int64, width int) string {
	path := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/%s", rest%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + path
}

// openCheckpoint gives size and root of a signed checkpoint.
func openCheckpoint(signed []byte, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err, "checkpoint signature")
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		fail("the checkpoint is of %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	var root tlog.Hash
	copy(root[:], raw)
	return size, root
}

// witness checks cosignatures of type 4 (c2sp.org/tlog-cosignature), which sumdb/note does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	at   time.Time
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

func (w *witness) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	w.at = time.Unix(int64(seconds), 0).UTC()
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

// witnessOf reads a witness's verifier key: name+hash+base64 of the type and the key.
func witnessOf(vkey string) *witness {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		fail("a witness's key is %q", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "witness's key")
	if len(key) != 33 || key[0] != 4 {
		fail("the key of %s is of another kind", parts[0])
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		fail("the hash of the key of %s is wrong", parts[0])
	}
	return &witness{name: parts[0], hash: hash, key: ed25519.PublicKey(key[1:])}
}

// checkCosignatures opens the cosignatures of all witnesses of the published policy; without a policy there are none.
func checkCosignatures(directory string, signed []byte) {
	policy, err := os.ReadFile(filepath.Join(directory, "policy"))
	if os.IsNotExist(err) {
		return
	}
	check(err, "policy")
	for _, line := range strings.Split(string(policy), "\n") {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "witness" {
			continue
		}
		cosigner := witnessOf(words[2])
		// A note is refused with a wrong signature of a known key, and with none of a known key at all.
		_, err := note.Open(signed, note.VerifierList(cosigner))
		check(err, "cosignature of "+words[1])
		fmt.Printf("cosigned by %s at %s\n", words[1], cosigner.at.Format(time.RFC3339))
	}
}

// shard is a line of the list of shards: a log of its own, which ends when it is closed.
type shard struct {
	path     string
	vkey     string
	isClosed bool
	size     int64
	root     string
}

// readShards opens the list of shards; a log without one is its first shard.
func readShards(directory string, verifier note.Verifier, vkey string) []shard {
	signed, err := os.ReadFile(filepath.Join(directory, "shards"))
	if os.IsNotExist(err) {
		return []shard{{path: ".", vkey: vkey}}
	}
	check(err, "list of shards")
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err, "signature of the list of shards")
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if lines[0] != verifier.Name()+"/shards" {
		fail("the list of shards is of %q", lines[0])
	}
	var shards []shard
	for _, line := range lines[1:] {
		words := strings.Split(line, " ")
		one := shard{path: words[0], vkey: words[1], isClosed: len(words) == 6}
		if one.isClosed {
			one.size, err = strconv.ParseInt(words[3], 10, 64)
			check(err, "size of a closed shard")
			one.root = words[4]
		}
		shards = append(shards, one)
	}
	return shards
}

// nextName is what the name of the shard at path must be, after one that was closed with this checkpoint.
func nextName(log, path, before string, size int64, root tlog.Hash) string {
	final := fmt.Sprintf("%s\n%d\n%s\n", before, size, base64.StdEncoding.EncodeToString(root[:]))
	sum := sha256.Sum256([]byte("vr/shard/v1\x00" + final))
	return fmt.Sprintf("%s/%s-%x", log, path, sum[:16])
}

// memory holds the hashes of the tree in tlog's storage order.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = m[at]
	}
	return out, nil
}

func rebuild(directory string, size int64) memory {
	var stored memory
	for first := int64(0); first < size; first += 256 {
		width := min64(256, size-first)
		bundle, err := os.ReadFile(filepath.Join(directory, tilePath("entries", first/256, int(width))))
		check(err, "bundle")
		for k := int64(0); k < width; k++ {
			length := int(bundle[0])<<8 | int(bundle[1])
			hashes, err := tlog.StoredHashes(first+k, bundle[2:2+length], stored)
			check(err, "entry")
			stored = append(stored, hashes...)
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			fail("bundle %d goes on after its entries", first/256)
		}
	}
	return stored
}

func compareTiles(directory string, size int64, stored memory) int {
	compared := 0
	level := 0
	for count := size; count > 0; count /= 256 {
		for first := int64(0); first < count; first += 256 {
			width := int(min64(256, count-first))
			tile, err := tlog.ReadTileData(tlog.Tile{H: 8, L: level, N: first / 256, W: width}, stored)
			check(err, "tile from the rebuilt tree")
			path := tilePath(strconv.Itoa(level), first/256, width)
			published, err := os.ReadFile(filepath.Join(directory, path))
			check(err, "tile")
			if !bytes.Equal(tile, published) {
				fail("%s differs", path)
			}
			compared++
		}
		level++
	}
	return compared
}

type disclosed struct {
	Entry, Salt, Tag, Proof string
	Kind                    byte
}

// checkProof checks a file from "who saw my record" without any of this project's code.
func checkProof(file string, verifiers map[string]note.Verifier) int64 {
	text, err := os.ReadFile(file)
	check(err, "proof file")
	var line disclosed
	check(json.Unmarshal(text, &line), "proof file")
	salt, err := base64.StdEncoding.DecodeString(line.Salt)
	check(err, "salt")
	tag, err := base64.StdEncoding.DecodeString(line.Tag)
	check(err, "tag")
	commitment := sha256.Sum256([]byte("vr/entry/v1\x00" + string(salt) + line.Entry))
	leaf := append(append([]byte{1, line.Kind}, tag...), commitment[:]...)
	head, signed, _ := strings.Cut(line.Proof, "\n\n")
	lines := strings.Split(head, "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err, "index")
	var proof tlog.RecordProof
	for _, text := range lines[2:] {
		hash, err := tlog.ParseHash(text)
		check(err, "hash")
		proof = append(proof, hash)
	}
	name, _, _ := strings.Cut(signed, "\n")
	verifier := verifiers[name]
	if verifier == nil {
		fail("%s is proven in %q, which is no shard of this log", file, name)
	}
	size, root := openCheckpoint([]byte(signed), verifier)
	check(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)), "inclusion")
	return index
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// checkShard rebuilds one shard and compares it with what is published; gives its final size and root.
func checkShard(directory string, one shard, verifier note.Verifier) (int64, tlog.Hash) {
	inside := filepath.Join(directory, one.path)
	signed, err := os.ReadFile(filepath.Join(inside, "checkpoint"))
	check(err, "checkpoint")
	size, root := openCheckpoint(signed, verifier)
	stored := rebuild(inside, size)
	if size > 0 {
		rebuilt, err := tlog.TreeHash(size, stored)
		check(err, "root")
		if rebuilt != root {
			fail("the entries do not lead to the signed root")
		}
	}
	if one.isClosed && (size != one.size || base64.StdEncoding.EncodeToString(root[:]) != one.root) {
		fail("the shard %s does not end as the list says", one.path)
	}
	fmt.Printf("rebuilt %d entries; root equals checkpoint; tiles byte-equal: %d\n", size, compareTiles(inside, size, stored))
	checkCosignatures(directory, signed)
	return size, root
}

func main() {
	directory, vkey := os.Args[1], os.Args[2]
	log, err := note.NewVerifier(vkey)
	check(err, "key")
	verifiers := map[string]note.Verifier{}
	total := int64(0)
	wanted := func(string) string { return log.Name() }
	for _, one := range readShards(directory, log, vkey) {
		verifier, err := note.NewVerifier(one.vkey)
		check(err, "key of a shard")
		if name := wanted(one.path); verifier.Name() != name {
			fail("the shard %s is called %s, and must be %s", one.path, verifier.Name(), name)
		}
		verifiers[verifier.Name()] = verifier
		size, root := checkShard(directory, one, verifier)
		total += size
		wanted = func(path string) string { return nextName(log.Name(), path, verifier.Name(), size, root) }
	}
	fmt.Printf("%d entries in %d shards\n", total, len(verifiers))
	for _, file := range os.Args[3:] {
		fmt.Printf("%s: entry %d is in the log\n", file, checkProof(file, verifiers))
	}
}
