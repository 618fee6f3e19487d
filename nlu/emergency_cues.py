"""The words of danger and the words that take it back. Data only; `nlu.emergency` weighs them.

A cue is (number, strength, phrases): 3 is an emergency by itself, 2 when nothing speaks against it. Numbers as in
the taxonomy: 111 children, 112 rescue from natural disaster, 113 police, 114 fire and rescue, 115 ambulance.
Phrases are separated by bars; `*2` stands for up to two words in between (see `nlu.phrases`).
"""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


CUES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (
        "114",
        3,
        _phrases(
            """
            cháy nhà | nhà *3 cháy | cháy lớn | đang cháy | cháy rồi | cháy dữ | cháy to | cháy lan | bốc cháy |
            phát hỏa | hỏa hoạn | bắt lửa | lửa cháy | lửa bốc | lửa lan | lửa phừng | lửa ngùn ngụt | lửa bùng |
            ngọn lửa | bén lửa | khói lửa | cháy kho | cháy chợ | cháy xưởng | cháy xe | xe *3 cháy | cháy quán |
            cháy tiệm | cháy trụ điện | cháy bình điện | cháy trạm | cháy rừng | cháy phòng | cháy chung cư | cháy
            ghe | cháy đồng | cháy rụi | cháy khét | lửa đỏ rực | khói đen *4 bốc | khói *4 mù mịt | khói nghi ngút
            | xe chữa cháy | gọi chữa cháy | gọi cứu hỏa | nổ bình ga | nổ bình gas | nổ ga | nổ gas | bình ga nổ |
            phát nổ | nổ lớn | nổ đùng | tiếng nổ | rò rỉ ga | xì ga | xì gas | rò gas | xì bình ga | mùi ga nồng |
            mùi gas nồng | chết đuối | đuối nước | sắp chìm | chìm ghe | chìm xuồng | chìm đò | chìm phà | lật ghe |
            lật xuồng | lật đò | ghe *2 chìm | xuồng *2 chìm | xuồng *2 lật | ghe *2 lật | rớt xuống sông | té xuống
            sông | rơi xuống sông | nhảy cầu | nhảy xuống sông | lọt xuống sông | rớt xuống kinh | té xuống kinh |
            té xuống kênh | rơi xuống kênh | rớt xuống giếng | lọt xuống giếng | rơi xuống giếng | té giếng | nước
            cuốn *2 người | bị nước cuốn | nước cuốn trôi | bị cuốn trôi | vùng vẫy | kẹt thang máy | kẹt trong
            thang | mắc kẹt | bị kẹt *4 | kẹt trong | kẹt bên trong | sập nhà | nhà sập | sập giàn giáo | sập giàn |
            sập tường | sập cầu | sập hầm | vùi lấp | bị vùi | đè lên người | đè trúng người | đè người | đất lở *2
            người | ngạt khói | giật điện | điện giật | bị điện giật | trên nóc nhà *4 nhảy | đòi nhảy lầu | nhảy
            lầu
            """
        ),
    ),
    (
        "114",
        2,
        _phrases(
            """
            cháy | khói | lửa | phát nổ | nổ | xẹt lửa | tóe lửa | nẹt lửa | phóng điện | chập điện | chạm điện |
            chập cháy | dây điện đứt | đứt dây điện | dây điện *4 đứt | dây điện *4 rớt | dây điện rơi | dây điện *4
            rơi | dây điện *3 xuống đường | dây trung thế | rò điện | trụ điện ngã | trụ điện đổ | trụ điện gãy |
            cột điện đổ | trụ điện *3 nổ | trạm biến áp nổ | nổ trạm biến áp | bình biến áp nổ | cây đè | cây ngã đè
            | cây đổ đè | cây đổ trúng | cây ngã trúng | đè trúng nhà | đè sập | rò rỉ hóa chất | mùi ga | mùi gas
            """
        ),
    ),
    (
        "113",
        3,
        _phrases(
            """
            đánh nhau | chém nhau | đâm nhau | chém người | đâm người | rượt chém | cầm dao | cầm mã tấu | mã tấu |
            vác dao | xách dao | dí dao | kề dao | cầm súng | nổ súng | bắn nhau | bắn người | dọa giết | đòi giết |
            đòi chém | đòi đâm | hăm giết | giết người | án mạng | cướp giật | bị cướp | cướp xe | cướp tiệm |
            cướp ngân hàng | cướp cửa hàng | cướp cây xăng | cướp taxi | ăn cướp | giật dây chuyền | giật túi xách |
            giật điện thoại | bị giật | bắt cóc | bắt con tin | khống chế |
            bắt giữ người | nhốt người | bị nhốt | hành hung | đánh hội đồng | hỗn chiến | ẩu đả | xô xát | truy sát
            | đập phá nhà | phá cửa *3 vào | cạy cửa *3 vào | trộm *4 đang | trộm đang | đang cạy | đang trộm | đang
            leo *3 nhà | hiếp dâm | cưỡng hiếp | bị hiếp | tạt axit | tạt xăng | tưới xăng | đổ xăng đòi | ngáo đá |
            đua xe | nã súng | quơ dao | huơ dao | múa dao | chém lộn | đánh lộn | oánh lộn | oánh nhau | uýnh lộn |
            quánh lộn | đập lộn | choảng nhau | phang nhau | đánh dữ | đánh chết | đánh túi bụi | đánh tới tấp |
            đánh *3 máu | đâm chém
            """
        ),
    ),
    (
        "113",
        2,
        _phrases(
            """
            đe dọa | hăm dọa | đánh đập | bị đánh | đánh người | rượt đánh | ăn trộm | kẻ gian | đột nhập | tấn công
            | gây rối | quậy phá | phê thuốc | ném chai | ném đá
            """
        ),
    ),
    (
        "115",
        3,
        _phrases(
            """
            cấp cứu | xe cứu thương | bất tỉnh | ngất xỉu | xỉu rồi | té xỉu | ngất rồi | hôn mê | không thở | khó
            thở | ngưng thở | ngừng thở | ngừng tim | đột quỵ | tai biến | co giật | nhồi máu | sùi bọt mép | trào
            bọt mép | ngộ độc | uống thuốc sâu | uống thuốc trừ sâu | uống thuốc rầy | uống thuốc cỏ | uống thuốc
            diệt cỏ | uống thuốc chuột | uống thuốc ngủ | tự tử | tự sát | treo cổ | cắt cổ tay | rạch tay | muốn
            chết quách | máu me | chảy máu | máu chảy | mất máu | ra máu nhiều | băng huyết | vỡ ối | bể ối | sắp
            sanh | sắp sinh | đẻ rớt | chuyển dạ | đau bụng đẻ | gãy chân | gãy tay | gãy cổ | chấn thương | nằm bất
            động | bất động | bị thương | tai nạn | tông xe | xe tông | đụng xe | xe đụng | tông nhau | đâm xe | xe
            đâm | tông chết | cán người | cán qua người | rắn cắn | rắn hổ | ong đốt | ong chích | ong vò vẽ | hóc
            xương | hóc dị vật | mắc nghẹn | tím tái | tím ngắt | ói ra máu | nôn ra máu | ho ra máu | bỏng nặng |
            phỏng nặng | sốc phản vệ | sốc thuốc | ngạt khí | ngạt ga | té lầu | rớt lầu | té từ trên cao | rơi từ
            trên cao | đau tim | đau ngực | đau thắt ngực | méo miệng | méo mặt | liệt nửa người | nói đớ | chó cắn
            *6 máu | thở không nổi | thở hổng nổi | trợn trắng mắt | mắt trợn | mê man | lịm đi | lịm dần | gọi
            không tỉnh | kêu không tỉnh | kêu không dậy | kêu hổng dậy | lay không dậy
            """
        ),
    ),
    (
        "115",
        2,
        _phrases(
            """
            ói mửa | tiêu chảy | đau bụng dữ dội | nằm gục | gục xuống | nằm giữa đường | nằm *2 đường | xỉu | ngất
            | chó *2 cắn | đau dữ | sốt cao *3 giật | phát ban *3 thở | dị ứng *3 thở | nghẹt thở | bị phỏng | bị
            bỏng
            """
        ),
    ),
    (
        "111",
        3,
        _phrases(
            """
            xâm hại | dâm ô | hiếp *3 bé | sờ mó *4 bé | sàm sỡ *4 bé | đánh con nít | đánh *3 em bé | đánh *4 cháu
            bé | đánh *4 đứa nhỏ | hành hạ *4 con | hành hạ *3 bé | hành hạ *3 trẻ | bạo hành | đánh vợ | đánh mẹ |
            đánh cha | đánh bà già | vợ *3 chồng đánh | chồng đánh | bị chồng *3 đánh | cha dượng *6 | cha ghẻ *4
            đánh | mẹ ghẻ *4 đánh | bỏ rơi *3 bé | bỏ rơi em bé | bỏ đói | nhốt *3 bé | nhốt *3 con | xích *3 con |
            trói *3 con | trói *3 bé | bắt *2 trẻ em | bạo lực gia đình | đánh con | đánh đập *3 con | đánh đập *3
            bé
            """
        ),
    ),
    (
        "111",
        2,
        _phrases(
            """
            đánh hội đồng | đánh bạn | bắt nạt | đánh học sinh | quay clip đánh | đánh nhau *4 trường | bầm tím | bé
            *6 khóc thét | em bé *3 khóc
            """
        ),
    ),
    (
        "112",
        3,
        _phrases(
            """
            sạt lở | sụp bờ | lở bờ | bờ sông *4 sụp | sụp xuống sông | trôi nhà | nhà *4 xuống sông | vỡ đê | bể đê
            | vỡ bờ bao | bể bờ bao | vỡ đập | nước tràn đê | lũ quét | lũ cuốn | lốc xoáy | lốc *2 tốc mái | tốc
            mái | vòi rồng | giông lốc | bị cô lập | nước dâng *3 nhanh | nước ngập *3 nóc | ngập tới nóc | chìm tàu
            | tàu *2 chìm | trôi dạt | mất tích | cứu hộ | cứu nạn | di dời gấp | sơ tán | đất *3 nứt toác | sụp cả
            | hàm ếch
            """
        ),
    ),
    (
        "114",
        3,
        _phrases(
            """
            cứu với | cứu tôi | cứu tui | cứu em | cứu người | cứu mạng | kêu cứu | la cứu | cứu giúp | cứu con tôi
            | cứu con tui | sos | help me
            """
        ),
    ),
    (
        "113",
        3,
        _phrases(
            """
            có cướp | cướp có | bị trói | trói *3 lại | bóp cổ | rút dao | dao phay | dao bấm | con dao | cầm rựa |
            vác rựa | cầm búa | cầm gậy | cầm cây | hung khí | cây súng | có súng | chĩa súng | bẻ khóa | phá khóa |
            cạy cửa | đập cửa | leo rào | leo tường | chặn đầu xe | ép xe | bám theo | vây đánh | đuổi chém | rượt
            theo | không cho *3 ra | núp | trốn trong | trốn dưới | bom xăng | lựu đạn | cố thủ | xông vào nhà |
            xông vô nhà | đòi mạng | dí súng | kề cổ | đánh bầm dập | giật đồ | giựt đồ | giựt túi | giựt dây chuyền
            | giựt điện thoại
            """
        ),
    ),
    (
        "115",
        3,
        _phrases(
            """
            thở không được | không thở được | thở khò khè | hết thở | còn thở | thở yếu | thở dốc | môi tím | mặt
            tím | tím môi | da tím | xanh lè | trợn mắt | mắt trợn | không tỉnh | chưa tỉnh | không mở mắt | gọi
            không thưa | kêu không thưa | gọi hoài không | không nhúc nhích | lạnh ngắt | nằm la liệt | ôm bụng | ôm
            ngực | co giựt | lên cơn | ú ớ | miệng méo | mặt xệ | vã mồ hôi | sắp đẻ | đau đẻ | đẻ rồi | đẻ ngoài
            đường | thò đầu ra | nuốt phải | mắc họng | bị hóc | bị sặc | uống thuốc *2 tự | uống nguyên vỉ | cả vỉ
            thuốc | nước sôi *3 đổ | đổ nước sôi | phỏng | bỏng | gục xuống | lật xe | xe lật | xe tải cán | bị cán
            | té gãy | máu đầy | đầy máu | máu tuôn | vũng máu | bể đầu | đứt lìa | đứt tay
            """
        ),
    ),
    (
        "114",
        3,
        _phrases(
            """
            lao xuống sông | lao xuống kênh | lao xuống kinh | lao xuống mương | lọt xuống | lọt giếng | lọt hố |
            chìm hẳn | chìm xuống | đang chìm | lật úp | bám vào | kẹt dưới | kẹt phía dưới | kẹt chân | kẹt tay |
            cửa thang | lan can cầu | thành cầu *3 nhảy | đòi nhảy | định nhảy | ngoài lan can | tia lửa | rò khí |
            khí độc | hóa chất *3 rò | xăng chảy | dầu tràn *3 lửa | lửa *3 mái | lửa *3 nóc | không vớt được | chưa
            vớt | mất hút | dưới đáy | ngộp | ngộp khói
            """
        ),
    ),
    (
        "112",
        3,
        _phrases(
            """
            đê vỡ | đê bể | đê sắp vỡ | lở ầm | lở tới | đang lở | sụp ầm | đất sụp | nền nhà *4 nứt | nứt toác |
            trôi ra biển | trôi ra sông | nước lên nhanh | nước dâng | nước lũ | trên nóc nhà | leo lên mái | leo
            lên nóc | trên mái nhà | bốc mái | bay nóc | bay mái | bão *3 sập | cô lập | mắc cạn
            """
        ),
    ),
    (
        "111",
        3,
        _phrases(
            """
            xích chân | bị xích | nhốt *4 khóc | cởi đồ | sơ sinh *3 bỏ | bị bỏ *3 chùa | đánh bằng dây | dây nịt |
            đánh bằng roi | khóc thét | dí *3 tay | bắt *2 ăn xin | quỳ *4 đánh | lôi *4 đi
            """
        ),
    ),
    (
        "113",
        2,
        _phrases(
            """
            con *3 mất tích | cháu *3 mất tích | bé *3 mất tích | em *3 mất tích | con *3 đi lạc | cháu *3 đi lạc |
            bé *3 đi lạc | bà *3 đi lạc | ông *3 đi lạc | mẹ *3 đi lạc | má *3 đi lạc | nội *3 đi lạc |
            ngoại *3 đi lạc | lạc mất | bị lạc | lạc con | lạc cháu | lạc mẹ | mất con rồi | kiếm không ra |
            kiếm hổng ra | tìm không ra | tìm không thấy | kiếm không thấy | kiếm hổng thấy | bị dẫn đi | bị dắt đi |
            bị bắt đi | dụ *2 đi | bế đi mất | ẵm đi mất
            """
        ),
    ),
)

# Words of here and now: they make a weak cue count.
PRESENT = _phrases(
    """
    đang | kìa | bây giờ | ngay bây giờ | liền | gấp | khẩn | khẩn cấp | lẹ | mau | nhanh lên | nhanh giùm | cứu |
    trời ơi | nè | hiện tại | vừa mới | mới vừa | vừa xong | ngay lập tức | còn *3 trong | chưa *3 tới | tới liền |
    xuống liền | nãy giờ | từ sáng | từ trưa | từ chiều | tới giờ chưa |
    đến giờ chưa | giúp với | ai đó | ngoài này | ở đây | nữa rồi | sắp | gần hết
    """
)

# The danger is over, or was long ago.
PAST = _phrases(
    """
    hôm qua | hôm kia | hôm trước | hôm bữa | bữa trước | bữa hổm | bữa hôm | tuần trước | tuần rồi | tuần qua |
    tháng trước | tháng rồi | năm ngoái | năm trước | năm rồi | hồi trước | hồi xưa | hồi đó | ngày trước | ngày xưa
    | lúc trước | lần trước | mấy năm | mấy tháng | đã dập | dập tắt | dập xong | tắt hẳn | được dập | hết cháy | đã
    được cứu | cứu được rồi | đã đưa đi | đưa đi viện rồi | xuất viện | đã qua | qua rồi | xong rồi | đã xong | đã
    khắc phục | đã xử lý | đã bắt được | bắt được rồi | sau vụ | từ vụ | từ hồi | từ lúc | sau khi cháy | sau đám
    cháy | sau trận | hồi tết | hồi năm | hồi tháng | đợt trước | mùa trước | vụ cháy | đã lành | khỏi rồi | bình an
    | may mà | may là | hú hồn | hồi nẳm | cách đây | năm kia | hôm rồi | đợt rồi | bữa kia | bữa rồi | hồi khuya |
    tối qua | chiều qua | sáng qua | đêm qua | hồi hôm | tháng hai rồi | năm xưa | đã hòa giải | đã bình phục | lành
    rồi | tỉnh rồi | khỏe rồi | tắt rồi | đã tắt | đã ổn | ổn rồi | khỏi kêu | khỏi gọi | thôi khỏi
    """
)

# Paper, plans, prevention, drills, news, insurance.
PAPER = _phrases(
    """
    phòng cháy | pccc | chữa cháy và | bình chữa cháy | bình cứu hỏa | nghiệm thu | giấy phép | thủ tục | hồ sơ |
    xin cấp | giấy chứng nhận | thẩm duyệt | diễn tập | tập huấn | tuyên truyền | hội thao | thực tập phương án |
    bảo hiểm | đăng ký | trợ cấp | bồi thường | hỗ trợ thiệt hại | đền bù | lý lịch | học lớp | khóa học | lớp học |
    mua bình | lắp đặt | quy định | quy chuẩn | trang bị | thiết bị | báo cáo | bài báo | trên báo | trên tivi |
    trên phim | xem phim | coi phim | trong phim | kế hoạch | xin hỏi | cho hỏi | hỏi thăm | cho em hỏi | tư vấn |
    hướng dẫn | làm sao để | số nào | số mấy | gọi số | nên gọi | thì gọi | giấy ra viện | giấy khai tử | giấy nghỉ
    | viện phí | thái độ | đùa thôi | nói giỡn | giỡn chơi | nói đùa | quay phim | đóng phim | giả vờ | tập dượt |
    luận văn | bài tập | kịch bản | tin đồn | nghe đồn | lừa đảo | giả danh | chuyển tiền | tổ chức tập | giấy chứng
    tử | khai tử | mất giấy tờ | trình báo | lập biên bản
    """
)

# Fear and condition: not yet. Still worth a question when the cue is strong.
NOT_YET = _phrases(
    """
    nếu | lỡ | nhỡ | sợ | e rằng | nguy cơ | có ngày | có thể | dễ | phòng khi | phòng hờ | mai mốt | khi có | lúc
    có | khi nào | coi chừng | lo | đề phòng | tránh | kẻo | suýt | xém | tí nữa | chút nữa là | chưa | tiềm ẩn |
    đáng lo | ngộ nhỡ | có bữa | có khi
    """
)

# It is said not to be: directly before the cue.
NEGATION = _phrases(
    """
    không có | không phải | hổng có | hông có | ko có | k có | chưa có | không ai | hổng ai | đâu có | chẳng có |
    không hề | không bị | chưa bị | không còn | hết
    """
)

# Figures of speech and everyday uses of the same words: they cancel the cue they contain.
FIGURES = _phrases(
    """
    cháy túi | cháy hàng | cháy vé | cháy nắng | cháy da | cháy bóng | bóng *2 cháy | cháy đèn | đèn *3 cháy | cháy
    máy | cháy mô tơ | cháy motor | cháy cầu chì | cháy cơm | cơm cháy | cháy phố | cháy hết mình | cháy khô | lúa
    *2 cháy | cháy lá | cháy bìa | cháy bông | cháy đọt | cháy giáo án | cháy máu | sốt cháy | cháy rát | cháy cổ |
    cháy ruột | đèn cháy | bị cháy bóng | nổ máy | nổ bô | nổ lốp | nổ vỏ | nổ bánh | bùng nổ | nổ hũ | nổ đơn | nổ
    cầu chì | nổ pô | pô nổ | nổ bắp | bắp nổ | nổ ầm ầm | máy nổ | nói nổ | nổ dữ vậy | bốc khói đầu | nóng như lửa
    | lửa hận | dầu sôi lửa bỏng | như lửa đốt | lửa trại | lửa việt | khói thuốc | khói bụi | khói xe | khói bếp |
    khói lò | khói nhang | ống khói | khói đốt | đốt rác | khói rơm | đốt đồng | đốt rơm | khói than | hút thuốc |
    thuốc lá | cười chết | chết cười | mệt muốn chết | mệt muốn xỉu | đói xỉu | muốn xỉu | xỉu ngang | xỉu up | tức
    chết | tức muốn | chết máy | cá chết | heo chết | gà chết | cây chết | chó chết | lo muốn chết | nóng muốn chết
    | sợ muốn chết | đợi muốn xỉu | chờ muốn xỉu | chờ muốn chết | thúi muốn xỉu | hôi muốn xỉu | mùi muốn xỉu | rầu
    muốn chết | buồn muốn chết | xỉu luôn | xỉu lên | xỉu xuống | như ăn cướp | khác gì ăn cướp | khác nào ăn cướp |
    cắt cổ | chặt chém | chém gió | chém giá | cướp cạn | cướp giờ | hét giá | cướp trắng | cướp ngày | cướp khách |
    giật hụi | giật nợ | giật mình | giật cô hồn | giật gân | giựt hụi | bị giật hụi | giựt nợ | tai nạn lao động |
    đánh bạc | đánh bài | đánh thuế | đánh giá | đánh cá | đánh máy | bạo hành lỗ tai | tra tấn | khói hương | đánh
    rơi | đánh mất | đánh dấu | chết đuối trong | ngập đầu | cấp cứu *2 thủ tục | nóng hơn lửa | nước sôi lửa bỏng |
    điên lên | kẹt xe | kẹt tiền | bị kẹt xe | kẹt số | bị kẹt *1 hồ sơ | kẹt giấy | kẹt thẻ | lửng lơ |
    tra cứu giúp | tra cứu với | tra cứu em | tra cứu tôi | tra cứu tui | tra cứu người | trộm chó |
    trộm vía | đổ máu mắt
    """
)
