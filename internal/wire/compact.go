package wire

import (
	"bytes"
	"encoding/json"
)

// Compact returns JSON without the space between its parts, which says nothing.
// What is no JSON is returned as it is.
//
//workflowcheck:ignore compacting JSON gives the same text for the same bytes
func Compact(data []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return string(data)
	}
	return b.String()
}
