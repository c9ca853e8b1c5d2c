// Kustomize v5.8.1 as a server: it builds one directory after the other in one process, where starting the
// real program for each would cost most of the time.
//
// A line on standard input is the path of a directory. The answer on standard output is a line
// `STATUS LENGTH LENGTH` followed by that many bytes of manifests and of messages. STATUS is `built`, `refused` or
// `panicked`; the messages are the warnings of the build and, after `error: `, why it was refused.
//
// A directory is built as `kubectl kustomize DIR` and `kustomize build DIR` do without options. Build this program with
//
//	GOEXPERIMENT=nojsonv2 go build -ldflags '-X sigs.k8s.io/kustomize/api/provenance.version=kustomize/v5.8.1'
//
// The version is what the label `managed-by` says. From Go 1.27 on encoding/json is another implementation unless asked
// otherwise, and accepts what makes the released kustomize refuse; Go before 1.25 does not know the experiment.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

func main() {
	messages, err := os.CreateTemp("", "reference")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.Remove(messages.Name()); err != nil {
		log.Fatal(err)
	}
	// What kustomize says while it builds belongs to the answer; what the runtime says of a crash does not.
	own := os.Stderr
	os.Stderr = messages
	log.SetOutput(messages)
	pristine := openapi.GetSchemaVersion()
	answers := bufio.NewWriter(os.Stdout)
	for lines := bufio.NewReader(os.Stdin); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		status, output, failure := build(strings.TrimSuffix(line, "\n"))
		said := append(drain(messages), failure...)
		fmt.Fprintf(answers, "%s %d %d\n", status, len(output), len(said))
		answers.Write(output)
		answers.Write(said)
		if err := answers.Flush(); err != nil {
			fmt.Fprintln(own, err)
			os.Exit(1)
		}
		// A schema that one build chose would be the schema of the next.
		if openapi.GetSchemaVersion() != pristine {
			openapi.ResetOpenAPI()
		}
	}
}

// build returns the manifests of a directory, or why there are none.
func build(directory string) (status string, output []byte, failure string) {
	defer func() {
		if cause := recover(); cause != nil {
			status, output, failure = "panicked", nil, fmt.Sprintf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	options.PluginConfig.HelmConfig.Command = "helm"
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), directory)
	if err == nil {
		output, err = resources.AsYaml()
	}
	if err != nil {
		return "refused", nil, fmt.Sprintf("error: %v\n", err)
	}
	return "built", output, ""
}

// drain returns what was written since the last call.
func drain(file *os.File) []byte {
	var said bytes.Buffer
	for _, step := range []func() error{
		func() error { _, err := file.Seek(0, io.SeekStart); return err },
		func() error { _, err := said.ReadFrom(file); return err },
		func() error { return file.Truncate(0) },
		func() error { _, err := file.Seek(0, io.SeekStart); return err },
	} {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
	return said.Bytes()
}
