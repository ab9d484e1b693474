#!/bin/bash
cat > conf/kube_env.yaml << '__EOF_KUBE_ENV'
CloudProvider: aws
ClusterName: c.example.com
NodeupConfigHash: LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=

__EOF_KUBE_ENV

download-release
