// A second opinion in a foreign language: opens the published log's checkpoint with golang.org/x/mod/sumdb/note,
// rebuilds the tree from the entry bundles with golang.org/x/mod/sumdb/tlog, and compares every tile and the root.
// Rebuilds rather than reads through tlog.TileHashReader, which did not authenticate every tile before x/mod 0.40.0.
//
// Usage: go run rebuild.go DIRECTORY VKEY [disclosure.json ...]
// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
func checkProof(file string, verifier note.Verifier) int64 {
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

func main() {
	directory := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "key")
	signed, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	check(err, "checkpoint")
	size, root := openCheckpoint(signed, verifier)
	stored := rebuild(directory, size)
	if size > 0 {
		rebuilt, err := tlog.TreeHash(size, stored)
		check(err, "root")
		if rebuilt != root {
			fail("the entries do not lead to the signed root")
		}
	}
	fmt.Printf("rebuilt %d entries; root equals checkpoint; tiles byte-equal: %d\n", size, compareTiles(directory, size, stored))
	for _, file := range os.Args[3:] {
		fmt.Printf("%s: entry %d is in the log\n", file, checkProof(file, verifier))
	}
}
