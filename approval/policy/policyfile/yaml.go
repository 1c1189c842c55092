package policyfile

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readYAML makes nodes of YAML. An error of the YAML library that panics is a problem of
// the file, not of the program that reads it.
func readYAML(data string) (n *node, problem *Problem) {
	defer func() {
		if recover() != nil {
			n, problem = nil, &Problem{Line: 1, Column: 1, Text: "this is not YAML that can be read", Advice: "write simpler YAML, or JSON"}
		}
	}()
	d := yaml.NewDecoder(strings.NewReader(data))
	var document, next yaml.Node
	if err := d.Decode(&document); err != nil {
		return nil, yamlProblem(err)
	}
	if err := d.Decode(&next); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, yamlProblem(err)
		}
		return nil, &Problem{
			Line: next.Line, Column: next.Column, Text: "a second document begins",
			Advice: "write one document; put several policies under \"policies\", each with a name",
		}
	}
	return fromYAML(document.Content[0], 0)
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

func yamlProblem(err error) *Problem {
	p := &Problem{Line: 1, Column: 1, Text: "this is not YAML", Advice: "correct it here, or a little before"}
	if errors.Is(err, io.EOF) {
		p.Text, p.Advice = "the file is empty", "write a policy"
		return p
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Text = fmt.Sprintf("this is not YAML (%s)", m[2])
	}
	p.Line = max(p.Line, 1)
	return p
}

func fromYAML(y *yaml.Node, depth int) (*node, *Problem) {
	n := &node{line: y.Line, column: y.Column, value: y.Value}
	refuse := func(text, advice string) (*node, *Problem) {
		return nil, &Problem{Line: y.Line, Column: y.Column, Text: text, Advice: advice}
	}
	switch {
	case depth > maxDepth:
		return refuse("values nest too deep", "write a policy as the documentation shows")
	case y.Kind == yaml.AliasNode:
		return refuse("there is an alias", "write the value out")
	case y.Style&yaml.TaggedStyle != 0:
		return refuse("there is a tag, "+strconv.Quote(y.Tag), "leave it out")
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = isObject
		for i := 0; i+1 < len(y.Content); i += 2 {
			key := y.Content[i]
			if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" && key.ShortTag() != "!!merge" {
				y = key
				return refuse("the name of a field is not text", "write it in quotes")
			}
			value, problem := fromYAML(y.Content[i+1], depth+1)
			if problem != nil {
				return nil, problem
			}
			n.fields = append(n.fields, &field{name: key.Value, line: key.Line, column: key.Column, value: value})
		}
	case yaml.SequenceNode:
		n.kind = isList
		for _, item := range y.Content {
			value, problem := fromYAML(item, depth+1)
			if problem != nil {
				return nil, problem
			}
			n.items = append(n.items, value)
		}
	default:
		n.kind = scalarKind(y)
	}
	return n, nil
}

// isDate is what YAML makes of text that looks like a date.
const isDate kind = "a date"

func scalarKind(y *yaml.Node) kind {
	switch y.ShortTag() {
	case "!!str":
		return isText
	case "!!int", "!!float":
		return isNumber
	case "!!bool":
		return isBool
	case "!!null":
		return isNull
	default:
		return isDate
	}
}
