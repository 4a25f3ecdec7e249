record 0: "Open_vSwitch" schema, version="8.3.1", cksum="3012963480 26720"

record 1: 2026-11-30 22:02:50.005 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --no-wait init"
  table Open_vSwitch insert row d34a1ab9:

record 2: 2026-11-30 22:02:50.421
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    datapath_types=[netdev]
    iface_types=[afxdp, afxdp-nonpmd, bareudp, erspan, geneve, gre, gtpu, internal, ip6erspan, ip6gre, lisp, patch, stt, system, tap, vxlan]

record 3: 2026-11-30 22:02:50.429
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    dpdk_version=none

record 4: 2026-11-30 22:02:50.513 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 add-br br0 -- set bridge br0 datapath_type=netdev"
  table Interface insert row "br0" (b123b77b):
    name=br0
    type=internal
  table Port insert row "br0" (42c7eea8):
    name=br0
    interfaces=[b123b77b-5cd3-47fc-8a2d-fac3649a548e]
  table Bridge insert row "br0" (a95f069d):
    name=br0
    ports=[42c7eea8-938c-4fff-80ed-5f6a51516d0f]
    datapath_type=netdev
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    bridges=[a95f069d-3208-4a45-866f-5c4b27d37aa7]
    next_cfg=1

record 5: 2026-11-30 22:02:50.789
  table Interface row "br0" (b123b77b) diff:
    ofport=65534
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=1

record 6: 2026-11-30 22:02:50.789
  table Bridge row "br0" (a95f069d) diff:
    datapath_version="<built-in>"

record 7: 2026-11-30 22:02:51.058 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --if-exists del-port vnet0 -- add-port br0 vnet0 -- set interface vnet0 external_ids:vm-id=a"
  table Port insert row "vnet0" (4e0c10b6):
    name=vnet0
    interfaces=[4bcdc140-6063-4f10-8aa8-e1dd947003c8]
  table Interface insert row "vnet0" (4bcdc140):
    name=vnet0
    external_ids={vm-id=a}
  table Bridge row "br0" (a95f069d) diff:
    ports=[4e0c10b6-eae2-4b4c-a392-319d5ba0e50c]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=2

record 8: 2026-11-30 22:02:51.063
  table Interface row "vnet0" (4bcdc140) diff:
    ofport=1
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=2

record 9: 2026-11-30 22:02:51.273 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --if-exists del-port vnet1 -- add-port br0 vnet1 -- set interface vnet1 external_ids:vm-id=b"
  table Interface insert row "vnet1" (81637eca):
    name=vnet1
    external_ids={vm-id=b}
  table Port insert row "vnet1" (5c6acc98):
    name=vnet1
    interfaces=[81637eca-7433-432c-a029-f67d05fd11fc]
  table Bridge row "br0" (a95f069d) diff:
    ports=[5c6acc98-b721-4e44-98af-c7cf366bfa7b]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=3

record 10: 2026-11-30 22:02:51.300
  table Interface row "vnet1" (81637eca) diff:
    ofport=2
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=3

record 11: 2026-11-30 22:02:51.512 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 set bridge br0 other_config:noise=0.2712849131965014"
  table Bridge row "br0" (a95f069d) diff:
    other_config={noise="0.2712849131965014"}
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=4

record 12: 2026-11-30 22:02:51.512
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=4

record 13: 2026-11-30 22:02:51.572 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 del-port vnet1"
  table Interface row "vnet1" (81637eca) diff:
    delete row
  table Port row "vnet1" (5c6acc98) diff:
    delete row
  table Bridge row "br0" (a95f069d) diff:
    ports=[5c6acc98-b721-4e44-98af-c7cf366bfa7b]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=5

record 14: 2026-11-30 22:02:51.585
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=5

record 15: 2026-11-30 22:02:52.828 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --if-exists del-port vnet77 -- add-port br0 vnet77 -- set interface vnet77 external_ids:vm-id=noise"
  table Port insert row "vnet77" (5bec87d9):
    name=vnet77
    interfaces=[e2691899-63dc-4d01-aa21-b647aab2f16c]
  table Interface insert row "vnet77" (e2691899):
    name=vnet77
    external_ids={vm-id=noise}
  table Bridge row "br0" (a95f069d) diff:
    ports=[5bec87d9-9479-4b99-b3eb-bb9a45c324e5]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=6

record 16: 2026-11-30 22:02:52.828
  table Interface row "vnet77" (e2691899) diff:
    ofport=3
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=6

record 17: 2026-11-30 22:02:52.942 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --if-exists del-port vnet77"
  table Interface row "vnet77" (e2691899) diff:
    delete row
  table Port row "vnet77" (5bec87d9) diff:
    delete row
  table Bridge row "br0" (a95f069d) diff:
    ports=[5bec87d9-9479-4b99-b3eb-bb9a45c324e5]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=7

record 18: 2026-11-30 22:02:52.997
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=7

record 19: 2026-11-30 22:02:53.182 "ovs-vsctl (invoked by /usr/bin/python3): ovs-vsctl --db=unix:/tmp/w/rq6/db.sock --timeout=20 --if-exists del-port vnet0"
  table Interface row "vnet0" (4bcdc140) diff:
    delete row
  table Port row "vnet0" (4e0c10b6) diff:
    delete row
  table Bridge row "br0" (a95f069d) diff:
    ports=[4e0c10b6-eae2-4b4c-a392-319d5ba0e50c]
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    next_cfg=8

record 20: 2026-11-30 22:02:53.200
  table Open_vSwitch row d34a1ab9 (d34a1ab9) diff:
    cur_cfg=8

