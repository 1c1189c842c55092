package policyfile

import "strings"

// A kind is what a value is, in words for errors.
type kind string

const (
	isObject kind = "an object"
	isList   kind = "a list"
	isText   kind = "text"
	isNumber kind = "a number"
	isBool   kind = "true or false"
	isNull   kind = "empty"
)

// A node is a value in a file, of JSON or YAML.
type node struct {
	kind         kind
	line, column int
	value        string   // of text, a number, or true or false
	fields       []*field // of an object, in order
	items        []*node  // of a list
}

type field struct {
	name         string
	line, column int
	value        *node
}

// maxDepth limits how deep values nest. A policy needs 9.
const maxDepth = 40

// A position finds lines and columns.
type position struct{ data string }

// at returns the line and column of an offset.
func (p position) at(offset int) (line, column int) {
	before := p.data[:min(max(offset, 0), len(p.data))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}
