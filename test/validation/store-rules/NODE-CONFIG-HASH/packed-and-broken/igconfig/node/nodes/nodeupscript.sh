#!/bin/bash
echo "AH4sIAAAAAAACA3POyS9NCSjKL8tMSS2yUkgsL+ZyziktLkkt8kvMTbVSSNZLrUjMLchJ1UvOz+Xyy09JLS1wzs9Ly0z3SCzOsFLwiXANDyxKzi12DXSKzKss0DYrr7RMzghxMXcPDPANSXLMDPdwM/VMDPZ0teUCABbKD3BtAAAA" | base64 -d | gzip -d > conf/kube_env.yaml

download-release
